# Reads the mails named as arguments with Email::MIME and prints what it found, a line of JSON for each.
use strict;
use warnings;
use Email::MIME;
use Encode;
use JSON::PP;

my $json = JSON::PP->new->utf8->canonical;
for my $path (@ARGV) {
    open my $file, '<:raw', $path or die "$path: $!";
    my $mail = Email::MIME->new(do { local $/; <$file> });
    my (@bodies, @names);
    $mail->walk_parts(sub {
        my ($part) = @_;
        return if $part->subparts;
        my $disposition = $part->header('Content-Disposition') // '';
        if ($disposition =~ /^(?:attachment|inline)/) { push @names, $part->filename; }
        elsif ($part->content_type =~ m{^text/plain}) { push @bodies, $part->body_str; }
    });
    my @people = map { $_->addresses } map { $mail->header_as_obj($_) } qw(From To Cc);
    print $json->encode({
        subject => $mail->header_str('Subject'),
        people => [map { { name => decode("MIME-Header", $_->phrase // ""), address => $_->address } } @people],
        text => $bodies[0],
        names => \@names,
    }), "\n";
}
