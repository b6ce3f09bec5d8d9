"""The build server does what dev.py does, with actions that cannot change under it."""

import re

from devtools import ROOT, commands

WORKFLOW = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")


def test_every_action_is_pinned_to_a_commit_and_says_which_version_that_is() -> None:
    used = re.findall(r"uses: (.+)", WORKFLOW)
    assert used
    assert [line for line in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


def test_only_the_release_may_write_and_it_makes_a_draft() -> None:
    assert WORKFLOW.count("contents: write") == 1
    assert WORKFLOW.index("contents: write") > WORKFLOW.index("  release:")
    assert "gh release create" in WORKFLOW and "--draft" in WORKFLOW


def test_the_commands_it_runs_are_commands_of_the_door() -> None:
    names = {command.name for command in commands.COMMANDS}
    used = set(re.findall(r"python3? dev\.py ([\w-]+)", WORKFLOW))
    assert used == {"package", "release-files", "test"}
    assert used <= names


def test_the_certificate_is_there_only_for_a_tag() -> None:
    secrets = [line for line in WORKFLOW.splitlines() if "secrets." in line]
    assert len(secrets) == 2
    assert all("startsWith(github.ref, 'refs/tags/v') &&" in line for line in secrets)
