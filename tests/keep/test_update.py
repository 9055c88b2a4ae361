"""An update of the document: what it changes is told, what breaks is refused, what is written by hand is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from specmill.cli import main
from specmill.diff.compare import compare
from specmill.emit import snapshot
from specmill.keep.manifest import NAME
from tests.diff.pairs import Pair, api_of_tree, of_operations, of_schemas
from tests.keep.builds import tree_of
from tests.support import REPOSITORY

DOCUMENT = """\
openapi: 3.1.0
info: {title: Pets, version: 1.2.3}
paths:
  /pets/{id}:
    get:
      operationId: getPet
      tags: [pets]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200': {description: A pet., content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
components:
  schemas:
    Pet: {type: object, required: [name], properties: {name: {type: string}}}
"""
BROKEN = DOCUMENT.replace("{id}", "{pet_id}").replace("name: id", "name: pet_id")
BROKEN = BROKEN.replace("Pet:", "Animal:").replace("/Pet'", "/Animal'")
EXTENSION = """\
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Pet


class ClientExtension:
    def named(self, name: str) -> Any:
        found: Pet = self.pets.get_pet(id=name)  # type: ignore[attr-defined]
        return found
"""
README = "# Pets\n\n```python\nfrom pets import Client\n\nClient().pets.get_pet(id='a')\n```\n"
OVERLAY = """\
overlay: 1.1.0
info: {title: Repairs, version: 1.0.0}
actions:
  - {target: $.info, description: It has a contact., update: {contact: {name: Somebody}}}
"""
SETTINGS = """\
[tool.specmill]
document = "api.yaml"
package = "pets"
output = "."
extension = "own"
overlays = "fix.yaml"
"""
Told = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own").mkdir()
    for name, text in {
        **{"api.yaml": DOCUMENT, "own/extension.py": EXTENSION, "README.md": README},
        **{"fix.yaml": OVERLAY, "pyproject.toml": SETTINGS},
    }.items():
        (tmp_path / name).write_text(text)
    assert main(["regenerate"]) == 0
    capsys.readouterr()
    return tmp_path


def test_an_update_that_breaks_is_told_and_refused_until_it_is_accepted(project: Path, capsys: Told) -> None:
    before = tree_of(project / "pets")
    (project / "api.yaml").write_text(BROKEN)
    assert main(["regenerate"]) == 1
    told = capsys.readouterr()
    assert "breaking  pets.get_pet(pet_id): id → pet_id" in told.out
    assert "breaking  models.Animal: Pet → Animal" in told.out
    assert told.err == (
        "pets: the update breaks those who use the client; nothing was written\n"
        "hint: `specmill regenerate --accept-breaking` writes it all the same\n"
    )
    assert tree_of(project / "pets") == before
    assert main(["regenerate", "--accept-breaking"]) == 0
    assert "The next version of the client is a major one: 1.2.3 → 2.0.0." in capsys.readouterr().out
    assert main(["check"]) == 0


def test_what_was_written_by_hand_is_named_with_the_reason(project: Path, capsys: Told) -> None:
    document = BROKEN.replace("version: 1.2.3}", "version: 1.2.3, contact: {name: Somebody}}")
    (project / "api.yaml").write_text(document)
    main(["regenerate"])
    told = capsys.readouterr().out.partition("Written by hand, and touched by it\n")[2]
    assert told.splitlines() == [
        "  overlay   fix.yaml:4:5: changes nothing any more: It has a contact.",
        "  extension own/extension.py:11:1: pets.get_pet(pet_id): id → pet_id",
        "  extension own/extension.py:6:1: models.Animal: Pet → Animal",
        "  extension own/extension.py:11:1: models.Animal: Pet → Animal",
        "  sample    README.md:6:1: pets.get_pet(pet_id): id → pet_id",
    ]


PETS = DOCUMENT.replace("{name: {type: string}}", "{name: {type: string}, age: {type: integer}}")
ACTIONS = """\
overlay: 1.1.0
info: {title: Repairs of age, version: 1.0.0}
actions:
  - target: $.components.schemas.Pet
    description: What is said of its age.
    update: {x-facts: {order: [/name, /age]}, minProperties: 1}
  - target: $.components.schemas.Pet.properties.name
    update: {minLength: 1}
  - target: $.paths['/pets/{id}'].get
    update: {x-also: true}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (", age: {type: integer}", "", ["fix.yaml:6:39: Pet.age: an optional member removed; this names it"]),
        (
            "{name: {type: string}",
            "{name: {type: string, maxLength: 9}",
            ["fix.yaml:7:5: Pet.name: maxLength 9 set; this writes there as well"],
        ),
        ("age: {type: integer}", "age: {type: number}", []),
        ("'200'", "'201'", []),
    ],
    ids=["what is gone", "what it writes into", "beside it", "below it"],
)
def test_an_action_is_named_where_it_speaks_of_what_changed(
    old: str, new: str, expected: list[str], project: Path, capsys: Told
) -> None:
    """And nowhere else: whoever has to look at all of them looks at none."""
    (project / "api.yaml").write_text(PETS)
    (project / "fix.yaml").write_text(ACTIONS)
    assert main(["regenerate"]) == 0
    update = PETS.replace(old, new, 1)
    assert update != PETS
    (project / "api.yaml").write_text(update)
    capsys.readouterr()
    main(["regenerate"])
    told = capsys.readouterr().out.splitlines()
    assert expected == [line.removeprefix("  overlay   ") for line in told if line.startswith("  overlay ")]


SAMPLES = {
    "README.md": "# pets\n\n```py\nimport pets\n\npets.Pet\n```\n",
    "CHANGES.md": "~~~ python title=x\npets.Pet\n~~~\n\n1. A list:\n\n   ```python3\n   pets.Pet\n   ```\n",
    "docs/deep/session.md": "```pycon\n>>> for _ in [pets.Pet]:\n...     pets.Pet\nPet pets\n```\n",
    "docs/told.md": "````md\n```python\npets.Pet\n```\n````\n\n```sh\npets.Pet\n```\n",
    "docs/.hidden/x.md": "```python\npets.Pet\n```\n",
    "docs/other.md": "```python\nPet = 1\n```\n",
    "examples/first.py": "from pets import Pet\n",
}


def test_samples_are_found_wherever_people_write_them(project: Path, capsys: Told) -> None:
    for name, text in SAMPLES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    (project / "api.yaml").write_text(DOCUMENT.replace("Pet:", "Animal:").replace("/Pet'", "/Animal'"))
    main(["regenerate"])
    told = [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("  sample ")]
    assert told == [
        *("CHANGES.md:2:1:", "CHANGES.md:8:1:", "README.md:6:1:"),
        *("docs/deep/session.md:2:1:", "docs/deep/session.md:3:1:", "examples/first.py:1:1:"),
    ]


def test_an_extension_may_lie_elsewhere(project: Path, capsys: Told) -> None:
    inner = project / "inner"
    inner.mkdir()
    for name in ("api.yaml", "pyproject.toml", "fix.yaml"):
        (project / name).rename(inner / name)
    (inner / "pyproject.toml").write_text(SETTINGS.replace('"own"', '"../own"'))
    assert main(["regenerate", "--config", "inner/pyproject.toml"]) == 0
    (inner / "api.yaml").write_text(BROKEN)
    assert main(["regenerate", "--config", "inner/pyproject.toml"]) == 1
    assert "own/extension.py:11:1: pets.get_pet(pet_id): id → pet_id" in capsys.readouterr().out


def test_whoever_sends_a_value_that_is_gone_is_named(project: Path, capsys: Told) -> None:
    old = DOCUMENT.replace("parameters: [", "parameters: [{name: of, in: query, schema: {enum: [cat, dog]}}, ")
    sample = "# Pets\n\n```python\nfrom pets import Client\n\nClient().pets.get_pet('a', of='dog')\n```\n"
    action = "{target: $.paths.*.get, update: {x-kinds: {first: dog}}}"
    (project / "README.md").write_text(sample)
    (project / "fix.yaml").write_text(f"{OVERLAY}  - {action}\n")
    (project / "api.yaml").write_text(old)
    assert main(["regenerate", "--accept-breaking"]) == 0
    (project / "api.yaml").write_text(old.replace("[cat, dog]", "[cat]"))
    capsys.readouterr()
    assert main(["regenerate"]) == 1
    told = capsys.readouterr().out.partition("Written by hand, and touched by it\n")[2]
    assert [line.partition(": ")[0] for line in told.splitlines()] == [
        "  overlay   fix.yaml:5:48",
        "  sample    README.md:6:1",
    ]


def test_a_sample_that_reads_what_is_gone_is_named(project: Path, capsys: Told) -> None:
    """It need not name the model for that."""
    sample = (
        "# Pets\n\n```python\nfrom pets import Client\n\npet = Client().pets.get_pet(id='a')\nprint(pet.age)\n```\n"
    )
    (project / "README.md").write_text(sample)
    (project / "api.yaml").write_text(PETS)
    assert main(["regenerate"]) == 0
    (project / "api.yaml").write_text(DOCUMENT)
    capsys.readouterr()
    assert main(["regenerate"]) == 1
    told = capsys.readouterr().out.partition("Written by hand, and touched by it\n")[2]
    assert told == "  sample    README.md:7:1: perhaps models.Pet.age: removed\n"


def test_a_repair_that_the_document_has_now_is_named_although_the_client_stays_as_it_is(
    project: Path, capsys: Told
) -> None:
    (project / "api.yaml").write_text(DOCUMENT.replace("1.2.3}", "1.2.3, contact: {name: Somebody}}"))
    assert main(["regenerate"]) == 0
    told = capsys.readouterr().out
    assert "\n  unneeded  fix.yaml:4:5 changes nothing any more: It has a contact.\n" in told
    assert ("mended    overlay-unneeded" in told, "touched by it" in told) == (False, False)


def test_an_update_that_adds_is_told_and_written(project: Path, capsys: Told) -> None:
    (project / "api.yaml").write_text(DOCUMENT.replace("{name: {type: string}}", "{name: {type: string}, age: {}}"))
    assert main(["regenerate", "--json"]) == 0
    update = json.loads(capsys.readouterr().out)["update"]
    assert {one["severity"] for one in update["differences"]} == {"additive"}
    assert (update["version"]["step"], update["touched"]) == ("minor", [])


def test_wording_is_no_news(project: Path, capsys: Told) -> None:
    (project / "api.yaml").write_text(DOCUMENT.replace("A pet.", "A nice pet."))
    assert main(["regenerate"]) == 0
    assert "neutral" not in capsys.readouterr().out


def test_machines_are_told_of_a_refusal(project: Path, capsys: Told) -> None:
    (project / "api.yaml").write_text(BROKEN)
    assert main(["regenerate", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["update"]["version"]["next"]) == ("refused", "2.0.0")
    assert [one["kind"] for one in told["update"]["touched"]] == ["extension"] * 3 + ["sample"]


@pytest.mark.parametrize("missing", [snapshot.NAME, NAME])
def test_where_nobody_knows_what_was_nothing_is_refused(missing: str, project: Path, capsys: Told) -> None:
    (project / "api.yaml").write_text(BROKEN)
    (project / "pets" / missing).unlink()
    assert main(["regenerate", "--adopt", "--discard-edits"]) == 0


def test_recordings_that_do_not_fit_any_more_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    shutil.copytree(REPOSITORY / "spec", tmp_path / "spec")
    settings = 'document = "spec/kafka-rest-v3.yaml"\npackage = "kafka"\noutput = "."\noverlays = "spec/overlays"\n'
    (tmp_path / "pyproject.toml").write_text(f'[tool.specmill]\n{settings}recordings = "spec/recordings"\n')
    monkeypatch.chdir(tmp_path)
    assert main(["regenerate"]) == 0
    document = tmp_path / "spec/kafka-rest-v3.yaml"
    text = document.read_text()
    assert "'401':" in text
    document.write_text(text.replace("'401':", "'402':", 1))
    capsys.readouterr()
    assert main(["regenerate", "--accept-breaking"]) == 0
    told = capsys.readouterr().out
    line = "  recording spec/recordings/a-request-without-credentials-is-answered-401.jsonl:"
    assert [one.rpartition(": ")[2] for one in told.splitlines() if one.startswith(line)] == [
        "the document has no answer 401 of produceRecord"
    ]


@pytest.mark.parametrize("pair", [*of_operations(), *of_schemas()], ids=lambda pair: pair.name)
def test_what_is_kept_with_a_client_says_all_but_prose(pair: Pair) -> None:
    api = api_of_tree(pair.new)
    kept = snapshot.loaded(snapshot.emit(api.normal).content)
    assert kept is not None
    assert {one.severity for one in compare(kept, api).differences} <= {"neutral"}


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"format": 2}\n', b"[1]\n", b'{"format": 1}\n', b"\xff\n"])
def test_what_is_not_of_this_format_is_nothing(content: bytes) -> None:
    assert snapshot.loaded(content) is None
