# Reads the mails named as arguments with Ruby's mail and prints what it found, a line of JSON for each.
require "json"
require "mail"

ARGV.each do |path|
  mail = Mail.read_from_string(File.binread(path))
  people = %w[From To Cc].filter_map { |name| mail[name] }.flat_map(&:addrs)
  text = mail.multipart? ? mail.text_part : mail
  puts JSON.generate(
    subject: mail.subject,
    people: people.map { |one| { name: one.display_name.to_s, address: one.address } },
    text: text.decoded,
    names: mail.attachments.map(&:filename)
  )
end
