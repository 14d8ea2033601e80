"""`madoguchi demo` fills an empty installation, once."""

from pathlib import Path

from tests.support.commands import Command


def test_the_demo_says_how_to_sign_in_and_spoils_nothing(tmp_path: Path) -> None:
    madoguchi = Command(tmp_path)
    madoguchi.run("migrate")

    line = madoguchi.last_line("demo", "--tickets", "12")
    again, refused = madoguchi.run("demo", "--if-empty"), madoguchi.run("demo")

    assert line.startswith("sign in as sato@example.jp with password ")
    assert (again.status, again.output.strip(), again.errors) == (0, line, "")
    assert refused.status == 1
    assert "not empty" in refused.errors
    assert len(refused.errors.splitlines()) == 1


def test_a_desk_of_somebodys_is_left_alone(tmp_path: Path) -> None:
    madoguchi = Command(tmp_path)
    madoguchi.run("migrate")
    words = ("agent", "create", "--email", "hanako@example.jp", "--name", "山田 花子", "--password-stdin")
    madoguchi.run(*words, stdin="correct horse battery\n")

    done = madoguchi.run("demo", "--if-empty")

    assert (done.status, done.output, done.errors) == (0, "", "")
