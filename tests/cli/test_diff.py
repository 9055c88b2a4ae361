"""``specmill diff``: files and revisions, reports, what is ignored, exit codes; a comparison that fails is no "no"."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from specmill.cli import main
from specmill.diff.table import rows
from tests.support import REPOSITORY

OLD = """\
openapi: 3.1.0
info: {title: Pets, version: 1.2.3}
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      parameters: [{name: limit, in: query, schema: {type: integer, maximum: 100}}]
      responses: {'200': {description: Pets., content: {application/json: {schema: {type: string}}}}}
"""
NEW = OLD.replace("maximum: 100", "maximum: 50")
WIDER = OLD.replace("maximum: 100", "maximum: 500")
ENTRY = '[[ignore]]\nid = "request-maximum-tightened"\n'
IGNORE = ENTRY + 'where = "GET /pets *"\nreason = "it never was"\nuntil = {until}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    (tmp_path / "wider.yaml").write_text(WIDER)
    return tmp_path


Told = pytest.CaptureFixture[str]


def test_a_difference_is_told_with_its_place_a_witness_and_the_version_that_follows(folder: Path, capsys: Told) -> None:
    assert main(["diff", "old.yaml", "new.yaml"]) == 0
    assert capsys.readouterr().out == (
        "old.yaml → new.yaml: 1 breaking\n"
        "\n"
        "API\n"
        "  breaking  GET /pets query limit: maximum 100 → 50 (tightened)\n"
        "            request-maximum-tightened at new.yaml:8:45\n"
        "            GET /pets limit=51 was taken; now the query parameter limit: this is greater than"
        " the maximum of 50 (maximum)\n"
        "\n"
        "The next version of the client is a major one: 1.2.3 → 2.0.0.\n"
    )


@pytest.mark.parametrize(
    ("new", "fail_on", "code"),
    [
        ("new.yaml", "breaking", 1),
        ("new.yaml", "possible", 1),
        ("wider.yaml", "breaking", 0),
        ("wider.yaml", "possible", 0),
        ("wider.yaml", "any", 1),
        ("old.yaml", "any", 0),
    ],
)
def test_it_fails_on_what_it_is_told_to_fail_on(new: str, fail_on: str, code: int, folder: Path) -> None:
    assert main(["diff", "old.yaml", new, "--fail-on", fail_on]) == code


def test_machines_are_told_the_same(folder: Path, capsys: Told) -> None:
    assert main(["diff", "old.yaml", "new.yaml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"breaking": 1, "possible": 0, "additive": 0, "neutral": 0}
    assert told["version"] == {"step": "major", "now": "1.2.3", "next": "2.0.0"}
    [one] = told["differences"]
    assert (one["id"], one["severity"], one["after"]["line"]) == ("request-maximum-tightened", "breaking", 8)
    assert one["witness"]["call"]["parameters"] == [["query", "limit", 51]]


def test_a_pull_request_is_told_in_markdown(folder: Path, capsys: Told) -> None:
    main(["diff", "old.yaml", "new.yaml", "--format", "markdown"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "### `old.yaml` → `new.yaml`"
    assert lines[-1].startswith(
        "| breaking | maximum 100 → 50 (tightened) | `GET /pets query limit` (new.yaml:8) | `GET"
    )


def test_github_is_told_in_annotations(folder: Path, capsys: Told) -> None:
    main(["diff", "old.yaml", "new.yaml", "--format", "github"])
    told = capsys.readouterr().out
    assert told.startswith(
        "::error file=new.yaml,line=8,col=45,title=request-maximum-tightened::GET /pets query limit: "
    )
    assert told.count("\n") == 1


def test_the_changelog_has_two_lists(folder: Path, capsys: Told) -> None:
    (folder / "new.yaml").write_text(NEW.replace("listPets", "findPets"))
    main(["diff", "old.yaml", "new.yaml", "--format", "changelog", "--version-now", "0.4.1"])
    assert capsys.readouterr().out == (
        "## 0.5.0\n"
        "\n"
        "### API\n"
        "\n"
        "- **Breaking:** GET /pets query limit: maximum 100 → 50 (tightened)\n"
        "\n"
        "### Python client\n"
        "\n"
        "- **Breaking:** pets.find\\_pets: pets.list\\_pets → pets.find\\_pets\n"
    )


def test_the_table_is_printed(capsys: Told) -> None:
    assert main(["diff", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == list(rows())
    assert lines[0] == "breaking  request-type-removed                       a value of that type is taken or not"


# --- what is ignored


def test_what_is_ignored_does_not_count_until_its_day(folder: Path, capsys: Told) -> None:
    (folder / "ignore.toml").write_text(IGNORE.format(until="9999-12-31"))
    assert main(["diff", "old.yaml", "new.yaml", "--ignore", "ignore.toml", "--fail-on", "any"]) == 0
    assert "ignored until 9999-12-31: GET /pets query limit" in capsys.readouterr().out
    (folder / "ignore.toml").write_text(IGNORE.format(until="2001-12-31"))
    assert main(["diff", "old.yaml", "new.yaml", "--ignore", "ignore.toml", "--fail-on", "any"]) == 1
    assert "was ignored until 2001-12-31" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["GET /pets query ids[][]", "GET /pets query ids[]*", "GET /pets query ids[???"])
def test_brackets_of_a_place_stand_for_themselves(where: str, folder: Path, capsys: Told) -> None:
    for name, text in (("old.yaml", OLD), ("new.yaml", NEW)):
        limit = re.sub(r"name: limit, (.*?)schema: (.*?})", r"name: 'ids[]', \1schema: {type: array, items: \2}", text)
        (folder / name).write_text(limit)
    (folder / "ignore.toml").write_text(IGNORE.replace("GET /pets *", where).format(until="9999-12-31"))
    assert main(["diff", "old.yaml", "new.yaml", "--ignore", "ignore.toml", "--fail-on", "any"]) == 0


def test_an_entry_that_ignores_nothing_is_named(folder: Path, capsys: Told) -> None:
    (folder / "ignore.toml").write_text(IGNORE.format(until="9999-12-31"))
    main(["diff", "old.yaml", "wider.yaml", "--ignore", "ignore.toml"])
    assert capsys.readouterr().err == "ignores nothing: request-maximum-tightened GET /pets * (it never was)\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[ignore]\n", "this is not TOML"),
        ("a = 1\n", "an ignore file holds [[ignore]] tables and nothing else"),
        (ENTRY + "until = 2027-01-31\n", "`reason` has to be text"),
        (ENTRY + 'reason = "so"\n', "`until` has to be a day"),
        (
            '[[ignore]]\nid = "request-maximum-tight"\nreason = "so"\nuntil = 2027-01-31\n',
            "did you mean request-maximum-",
        ),
        (
            '[[ignore]]\nid = "request-maximum-tightened"\nreason = "so"\nuntil = 2027-01-31\nwhen = 1\n',
            "no field `when`",
        ),
    ],
)
def test_a_bad_ignore_file_ignores_nothing(text: str, told: str, folder: Path, capsys: Told) -> None:
    (folder / "ignore.toml").write_text(text)
    assert main(["diff", "old.yaml", "old.yaml", "--ignore", "ignore.toml"]) == 2
    assert told in capsys.readouterr().err


# --- a comparison that fails


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "diff compares two documents"),
        (["old.yaml"], "diff compares two documents"),
        (["old.yaml", "nothing.yaml"], "there is no file nothing.yaml"),
        (["old.yaml", "bad.yaml"], "bad.yaml"),
        (["HEAD:old.yaml", "new.yaml"], "HEAD:old.yaml"),
        (["https://example.com/old.yaml", "new.yaml"], "a URL may give another text tomorrow"),
        (["old.yaml", "new.yaml", "--version-now", "two"], "'two' is no semantic version"),
        (["old.yaml", "new.yaml", "--ignore", "nothing.toml"], "there is no file nothing.toml"),
    ],
)
def test_what_cannot_be_compared_is_never_without_difference(
    arguments: list[str], told: str, folder: Path, capsys: Told
) -> None:
    (folder / "bad.yaml").write_text("openapi: 3.1.0\npaths: [\n")
    assert main(["diff", *arguments, "--fail-on", "any"]) == 2
    streams = capsys.readouterr()
    assert told in streams.err
    assert "Traceback" not in streams.err and "no difference" not in streams.out


# --- revisions


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost", "-c", "commit.gpgsign=false"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def repository(folder: Path) -> Path:
    """Two revisions of a document that is in two files, with an overlay since the second."""
    (folder / "spec").mkdir()
    (folder / "spec/api.yaml").write_text(OLD.replace("{type: string}", "{$ref: 'models/pet.yaml'}"))
    (folder / "spec/models").mkdir()
    (folder / "spec/models/pet.yaml").write_text("{type: string}\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "spec")
    git(folder, "commit", "--quiet", "-m", "one")
    (folder / "spec/models/pet.yaml").write_text("{type: [string, 'null']}\n")
    git(folder, "add", "spec")
    git(folder, "commit", "--quiet", "-m", "two")
    return folder


def test_a_document_of_a_revision_is_read_with_all_its_files(repository: Path, capsys: Told) -> None:
    assert main(["diff", "HEAD~1:spec/api.yaml", "spec/api.yaml", "--fail-on", "breaking"]) == 1
    assert "breaking  GET /pets 200 answer: null added" in capsys.readouterr().out
    assert main(["diff", "HEAD~1:spec/api.yaml", "HEAD:spec/api.yaml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["differences"][0]["before"]["file"] == "HEAD~1:spec/api.yaml"
    assert main(["diff", "HEAD:spec/api.yaml", "spec/api.yaml"]) == 0
    assert "no difference" in capsys.readouterr().out


@pytest.mark.parametrize("new", ["spec/api.yaml", "HEAD:spec/api.yaml"])
def test_an_annotation_is_in_a_file_of_today(new: str, repository: Path, capsys: Told) -> None:
    """GitHub shows no other, and what breaks most, an operation that is gone, has its place in the old one."""
    text = (repository / "spec/api.yaml").read_text()
    (repository / "spec/api.yaml").write_text(text.replace("    get:", "    put:").replace("listPets", "putPets"))
    git(repository, "commit", "--quiet", "--all", "-m", "three")
    main(["diff", "HEAD~1:spec/api.yaml", new, "--format", "github"])
    told = capsys.readouterr().out
    assert "::error file=spec/api.yaml,title=operation-operation-removed::GET /pets: the operation removed" in told
    assert "::notice file=spec/api.yaml,line=5,col=5,title=operation-operation-added::PUT /pets: " in told
    assert "HEAD" not in told


def test_a_revision_is_named_from_the_top_or_from_here(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    monkeypatch.chdir(repository / "spec")
    assert main(["diff", "HEAD~1:./api.yaml", "HEAD~1:spec/api.yaml"]) == 0
    assert "no difference" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("which", "told"),
    [
        ("nowhere:spec/api.yaml", "git knows no revision nowhere"),
        ("HEAD:spec/nothing.yaml", "there is no spec/nothing.yaml in HEAD"),
        ("--output=x:spec/api.yaml", ""),
    ],
)
def test_a_revision_that_is_not_there_is_an_error(which: str, told: str, repository: Path, capsys: Told) -> None:
    try:
        code = main(["diff", which, "spec/api.yaml"])
    except SystemExit as ended:
        code = int(str(ended.code))
    assert code == 2
    assert told in capsys.readouterr().err
    assert not (repository / "x").exists()


def test_an_overlay_that_did_not_exist_yet_is_said_to_be_left_out(repository: Path, capsys: Told) -> None:
    actions = "actions: [{target: $.info, update: {title: Other}}]\n"
    (repository / "overlay.yaml").write_text(f"overlay: 1.1.0\ninfo: {{title: O, version: '1'}}\n{actions}")
    assert main(["diff", "HEAD:spec/api.yaml", "spec/api.yaml", "--overlay", "overlay.yaml", "--verbose"]) == 0
    told = capsys.readouterr()
    assert told.err == "HEAD:spec/api.yaml: without the overlay overlay.yaml, which did not exist yet\n"
    assert "neutral   the document: another title or description" in told.out


def test_both_documents_get_the_overlays_that_the_project_has_for_one(folder: Path, capsys: Told) -> None:
    settings = 'document = "new.yaml"\npackage = "pets"\noutput = "."\noverlays = "fix.yaml"\n'
    (folder / "pyproject.toml").write_text(f"[tool.specmill]\n{settings}")
    target = "$.paths['/pets'].get.parameters[0].schema"
    actions = f'actions: [{{target: "{target}", update: {{maximum: 7}}}}]\n'
    (folder / "fix.yaml").write_text(f"overlay: 1.1.0\ninfo: {{title: O, version: '1'}}\n{actions}")
    assert main(["diff", "old.yaml", "new.yaml", "--fail-on", "any"]) == 0
    assert main(["diff", "old.yaml", "wider.yaml", "--fail-on", "any"]) == 1
    (folder / "fix.yaml").unlink()
    assert main(["diff", "old.yaml", "new.yaml"]) == 2
    assert "there is no overlay fix.yaml" in capsys.readouterr().err


README_OLD = """\
openapi: 3.1.0
info: {title: Pets, version: 1.2.3}
paths:
  /pets:
    post:
      operationId: addPet
      tags: [pets]
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      responses: {'204': {description: Added.}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
"""


def test_the_sample_of_the_readme_is_what_is_printed(folder: Path, capsys: Told) -> None:
    (folder / "openapi.yaml").write_text(README_OLD)
    git(folder, "init", "--quiet")
    for _ in range(2):
        git(folder, "add", "openapi.yaml")
        git(folder, "commit", "--quiet", "--allow-empty", "-m", "one")
    new = README_OLD.replace("maximum: 100", "maximum: 50").replace("addPet", "createPet")
    (folder / "openapi.yaml").write_text(f"{new}        age: {{type: integer}}\n")
    assert main(["diff", "HEAD~1:openapi.yaml", "openapi.yaml", "--fail-on", "breaking"]) == 1
    assert capsys.readouterr().out in (REPOSITORY / "README.md").read_text(encoding="utf-8")
