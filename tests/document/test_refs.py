"""After ``bundle`` every reference is internal, and nothing was read that was not allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specmill.document.load import read
from specmill.document.pointers import MISSING, find
from specmill.document.positions import place_of
from specmill.document.refs import bundle, tokens_to
from tests.document.documents import EMPTY, HEAD, bundled, config, error_of, write

GET = "get: {responses: {'200': {description: Fine, content: {application/json: {schema: {$ref: %s}}}}}}"


def schema_at(folder: Path, reference: str, **files: str) -> Any:
    """The document as it is once the schema of its only answer refers to something, and that schema."""
    document = HEAD + f"paths:\n  /x: {{{GET % json.dumps(reference)}}}\n"
    write(folder, openapi_yaml=document + files.pop("rest", ""), **files)
    tree = bundled(folder).tree
    content = tree["paths"]["/x"]["get"]["responses"]["200"]["content"]
    return tree, content["application/json"]["schema"]


def references(tree: Any) -> Iterator[str]:
    for key, child in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        if key == "$ref":
            yield child
        yield from references(child)


def test_a_document_without_other_files_stays_the_same_object(tmp_path: Path) -> None:
    write(
        tmp_path, openapi_yaml=HEAD + "paths: {}\ncomponents: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {}}}\n"
    )
    settings = config(tmp_path)
    document = read(settings)
    assert bundle(document, settings) is document


NAMES = [  # reference -> the name of the component
    ("pet.yaml", "pet"),
    ("./pet.yaml", "pet"),
    ("pet.yaml#", "pet"),
    ("models/all.yaml#/Cat", "Cat"),
    ("models/../models/all.yaml#/Cat", "Cat"),
    ("models/all.json#/definitions/Dog", "Dog"),
    ("models/all.yaml#/a~1b%20c", "a_b_c"),
    ("models%2Fall.yaml#/%43at", "Cat"),
    ("models/all.yaml#/Cat/properties/items", "all_items"),
    ("models/all.yaml#/list/0", "all_0"),
    ("models/all.yaml#whole", "Cat"),
]
FILES = {
    "pet_yaml": "type: string\n",
    "models__all_yaml": (
        "Cat: {type: object, $anchor: whole, properties: {items: {type: integer}}}\n"
        "a/b c: {type: string}\nlist: [{type: string}]\n"
    ),
    "models__all_json": '{"definitions": {"Dog": {"type": "object"}}}',
}


@pytest.mark.parametrize(("reference", "name"), NAMES)
def test_a_target_becomes_a_component_with_a_name_of_its_own(tmp_path: Path, reference: str, name: str) -> None:
    tree, schema = schema_at(tmp_path, reference, **FILES)
    assert {"$ref": f"#/components/schemas/{name}"} == schema
    assert "type" in tree["components"]["schemas"][name]


def test_two_targets_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    rest = """
components:
  schemas:
    Pet: {title: own}
    A: {properties: {x: {$ref: 'one.yaml#/Pet'}, y: {$ref: 'two.yaml#/Pet'}, z: {$ref: 'two.yaml#/x/Pet'}}}
    B: {properties: {x: {$ref: './one.yaml#/Pet'}}}
"""
    tree, _ = schema_at(
        tmp_path,
        "one.yaml#/Pet",
        rest=rest,
        one_yaml="Pet: {title: one}",
        two_yaml="Pet: {title: two}\nx: {Pet: {title: three}}",
    )
    schemas = tree["components"]["schemas"]
    assert {name: schema["title"] for name, schema in schemas.items() if "title" in schema} == {
        "Pet": "own",
        "one_Pet": "one",
        "two_Pet": "two",
        "two_Pet_2": "three",
    }
    assert [schema["$ref"].rpartition("/")[2] for schema in schemas["A"]["properties"].values()] == [
        "one_Pet",
        "two_Pet",
        "two_Pet_2",
    ]
    assert schemas["B"]["properties"]["x"] == schemas["A"]["properties"]["x"]


def test_a_component_that_is_only_a_reference_is_the_home_of_its_target(tmp_path: Path) -> None:
    rest = "components: {schemas: {Animal: {$ref: 'pet.yaml'}, Other: {$ref: 'pet.yaml'}}}\n"
    tree, schema = schema_at(tmp_path, "pet.yaml", rest=rest, **FILES)
    assert schema == {"$ref": "#/components/schemas/Animal"}
    assert tree["components"]["schemas"] == {
        "Animal": {"type": "string"},
        "Other": {"$ref": "#/components/schemas/Animal"},
    }


def test_a_path_that_is_only_a_reference_gives_way_to_its_target(tmp_path: Path) -> None:
    write(
        tmp_path,
        openapi_yaml=HEAD
        + "paths: {/a: {$ref: paths/a.yaml}, /b: {$ref: paths/a.yaml}, /c: {$ref: paths/a.yaml, summary: C}}\n",
        paths__a_yaml="get: {parameters: [{$ref: '../parameters.yaml#/id'}]}\n",
        parameters_yaml="id: {name: id, in: query, schema: {$ref: '#/Id'}}\nId: {type: integer}\n",
    )
    document = bundled(tmp_path)
    assert document.tree["paths"]["/a"] == {"get": {"parameters": [{"$ref": "#/components/parameters/id"}]}}
    assert document.tree["paths"]["/b"] == {"$ref": "#/paths/~1a"}
    assert document.tree["paths"]["/c"] == {"$ref": "#/paths/~1a", "summary": "C"}
    assert {"id", "Id"} == {name for section in document.tree["components"].values() for name in section}
    assert "paths/a.yaml:1:7" in str(place_of(document, "/paths/~1a/get/parameters"))


def test_every_kind_of_reference_is_pulled_in(tmp_path: Path) -> None:
    write(
        tmp_path,
        openapi_yaml=HEAD
        + """
paths:
  /x:
    post:
      parameters: [{$ref: 'all.yaml#/parameter'}]
      requestBody: {$ref: 'all.yaml#/body'}
      responses: {'200': {$ref: 'all.yaml#/response'}}
      callbacks: {onEvent: {$ref: 'all.yaml#/callback'}}
components:
  securitySchemes: {key: {$ref: 'all.yaml#/scheme'}}
""",
        all_yaml="""
parameter: {name: a, in: query, schema: {$ref: '#/Thing'}, examples: {one: {$ref: '#/example'}}}
body: {content: {application/json: {schema: {$ref: '#/Thing'}, encoding: {a: {headers: {X: {$ref: '#/header'}}}}}}}
response: {description: Fine, headers: {x-a: {$ref: '#/header'}}, links: {next: {$ref: '#/link'}}}
header: {schema: {$ref: '#/Thing'}}
example: {externalValue: 'example.json'}
link: {operationId: next}
callback: {'{$request.body#/url}': {post: {requestBody: {$ref: '#/body'}}}}
scheme: {type: apiKey, name: key, in: header}
Thing: {type: object, properties: {me: {$ref: '#/Thing'}}}
""",
    )
    tree = bundled(tmp_path).tree
    expected = {
        "parameters": ["parameter"],
        "requestBodies": ["body"],
        "responses": ["response"],
        "headers": ["header"],
        "examples": ["example"],
        "links": ["link"],
        "callbacks": ["callback"],
        "schemas": ["Thing"],
        "securitySchemes": ["key"],
    }
    assert expected == {section: list(names) for section, names in tree["components"].items()}
    assert all(find(tree, tokens_to(reference) or ["?"]) is not MISSING for reference in references(tree))
    assert tree["components"]["examples"]["example"] == {"externalValue": "example.json"}


def test_a_ref_in_data_is_no_reference(tmp_path: Path) -> None:
    data = "{$ref: 'nowhere.yaml'}"
    rest = f"""
components:
  schemas:
    A: {{example: {data}, default: {data}, enum: [{data}], const: {data}, x-own: {data}, examples: [{data}]}}
    B: {{properties: {{$ref: {{type: string}}, example: {{type: string}}}}}}
  examples: {{a: {{value: {data}}}, b: {{externalValue: https://example.com/x.json}}}}
x-own: {data}
"""
    tree, _ = schema_at(tmp_path, "#/components/schemas/A", rest=rest)
    assert list(references(tree)).count("nowhere.yaml") == 8


def test_what_stands_beside_a_reference_counts_in_schemas_and_paths(tmp_path: Path) -> None:
    rest = """
components:
  schemas:
    A: {$ref: '#/components/schemas/B', properties: {x: {$ref: pet.yaml}}}
    B: {}
  pathItems: {P: {}}
  parameters: {Q: {$ref: '#/components/parameters/R', schema: {$ref: ignored.yaml}}, R: {}}
"""
    paths = "paths: {/p: {$ref: '#/components/pathItems/P', parameters: [{$ref: 'parameters.yaml#/id'}]}}\n"
    write(tmp_path, openapi_yaml=HEAD + paths + rest, parameters_yaml="id: {name: id}\n", **FILES)
    tree = bundled(tmp_path).tree
    assert tree["components"]["schemas"]["A"]["properties"]["x"] == {"$ref": "#/components/schemas/pet"}
    assert tree["paths"]["/p"]["parameters"] == [{"$ref": "#/components/parameters/id"}]
    assert tree["components"]["parameters"]["Q"]["schema"] == {"$ref": "ignored.yaml"}


def test_what_only_a_reference_makes_a_schema_is_followed_too(tmp_path: Path) -> None:
    rest = "x-shared: {Pet: {properties: {a: {$ref: pet.yaml}, b: {$ref: '#/x-shared/Pet'}}}}\n"
    tree, schema = schema_at(tmp_path, "#/x-shared/Pet", rest=rest, **FILES)
    assert schema == {"$ref": "#/x-shared/Pet"}
    assert tree["x-shared"]["Pet"]["properties"]["a"] == {"$ref": "#/components/schemas/pet"}


def test_a_way_back_into_the_document_is_internal(tmp_path: Path) -> None:
    rest = "components: {schemas: {Own: {type: string}, Cat: {$ref: 'cat.yaml'}}}\n"
    cat = (
        "properties: {own: {$ref: 'openapi.yaml#/components/schemas/Own'}, me: {$ref: '#'}, also: {$ref: 'cat.yaml'}}\n"
    )
    tree, _ = schema_at(tmp_path, "cat.yaml", rest=rest, cat_yaml=cat)
    properties = tree["components"]["schemas"]["Cat"]["properties"]
    assert properties == {
        "own": {"$ref": "#/components/schemas/Own"},
        "me": {"$ref": "#/components/schemas/Cat"},
        "also": {"$ref": "#/components/schemas/Cat"},
    }


def test_the_name_that_a_document_gives_itself_leads_into_it(tmp_path: Path) -> None:
    own = "https://example.com/api.yaml"
    rest = f"$self: {own}\ncomponents: {{schemas: {{Own: {{type: string}}}}}}\n"
    _, schema = schema_at(tmp_path, f"{own}#/components/schemas/Own", rest=rest)
    assert schema == {"$ref": "#/components/schemas/Own"}


def test_internal_references_are_written_in_one_way(tmp_path: Path) -> None:
    rest = """
components:
  schemas:
    A{b}: {$anchor: here}
    C%41: {}
    D: {allOf: [{$ref: '#here'}, {$ref: '#/components/schemas/C%2541'}]}
"""
    tree, schema = schema_at(tmp_path, "#/components/schemas/A%7Bb%7D", rest=rest)
    assert schema == {"$ref": "#/components/schemas/A{b}"}
    assert tree["components"]["schemas"]["D"]["allOf"] == [
        {"$ref": "#/components/schemas/A{b}"},
        {"$ref": "#/components/schemas/C%2541"},
    ]


def test_the_mapping_of_a_discriminator_comes_along(tmp_path: Path) -> None:
    rest = """
components:
  schemas:
    Own:
      discriminator:
        propertyName: t
        mapping: {o: Own, c: 'pets.yaml#/components/schemas/Cat', x: '#/components/schemas/Own'}
        defaultMapping: 'pets.yaml#/components/schemas/Cat'
    Pet: {$ref: 'pets.yaml#/components/schemas/Pet'}
"""
    pets = """
components:
  schemas:
    Pet: {discriminator: {propertyName: t, mapping: {cat: Cat, dog: '#/components/schemas/Dog', odd: Unknown}}}
    Cat: {type: object}
    Dog: {type: object}
"""
    tree, _ = schema_at(tmp_path, "#/components/schemas/Own", rest=rest, pets_yaml=pets)
    schemas = tree["components"]["schemas"]
    own = {"o": "Own", "c": "#/components/schemas/Cat", "x": "#/components/schemas/Own"}
    assert own == schemas["Own"]["discriminator"]["mapping"]
    assert schemas["Own"]["discriminator"]["defaultMapping"] == "#/components/schemas/Cat"
    pet = {"cat": "Cat", "dog": "#/components/schemas/Dog", "odd": "Unknown"}
    assert pet == schemas["Pet"]["discriminator"]["mapping"]


def test_the_files_are_told_with_their_content(tmp_path: Path) -> None:
    write(
        tmp_path,
        spec__openapi_yaml=EMPTY + "components: {schemas: {A: {$ref: models/a.yaml}}}\n",
        spec__models__a_yaml="type: string\n",
    )
    settings = config(tmp_path, "spec/openapi.yaml")
    document = bundle(read(settings), settings)
    assert [file.name for file in document.files] == ["spec/openapi.yaml", "spec/models/a.yaml"]
    assert document.files[1].text == "type: string\n"
    assert document.places == {"/components/schemas/A": "spec/models/a.yaml#"}


NOT_FOUND = [  # reference, message, hint
    ("#nowhere", 'there is no $anchor "nowhere"', "a pointer begins with a slash"),
    ("nowhere.yaml", "there is no file nowhere.yaml", ""),
    ("pets.yaml", "there is no file pets.yaml", "did you mean pet.yaml?"),
    ("models", "models is a folder", "did you mean all.json or all.yaml?"),
    ("models/all.yaml#/Catt", 'there is no "Catt" in the document of models/all.yaml', "did you mean #/Cat?"),
    (
        "models/all.yaml#/Cat/properties/item",
        'there is no "item" in /Cat/properties',
        "did you mean #/Cat/properties/items?",
    ),
    ("models/all.yaml#/list/7", 'there is no "7" in /list', "mend the $ref"),
    ("models/all.yaml#cat", 'there is no $anchor "cat" in models/all.yaml', "#/cat"),
    ("pet.yaml?x=1", "is neither a file nor a URL", ""),
    ("ftp://example.com/x.yaml", "is neither a file nor a URL", ""),
    ("C:\\pets.yaml", "is neither a file nor a URL", ""),
    ("data:application/json,{}", "is neither a file nor a URL", ""),
    ("http://[::1/x", "is neither a file nor a URL", ""),
    ("pet%00.yaml", "is neither a file nor a URL", ""),
    ("pet%ff.yaml", "is neither a file nor a URL", ""),
]


@pytest.mark.parametrize(("reference", "message", "hint"), NOT_FOUND)
def test_a_reference_that_leads_nowhere_is_told_with_what_is_near(
    tmp_path: Path, reference: str, message: str, hint: str
) -> None:
    error = error_of(lambda: schema_at(tmp_path, reference, **FILES))
    assert message in str(error)
    assert hint in error.hint
    assert "openapi.yaml:4:" in str(error.place)


def test_a_fault_in_another_file_is_told_with_its_place_there(tmp_path: Path) -> None:
    error = error_of(lambda: schema_at(tmp_path, "a.yaml", a_yaml="a: 1\nb: [\n"))
    assert str(error.place).startswith("a.yaml:3:1")
    error = error_of(lambda: schema_at(tmp_path, "a.yaml", a_yaml="properties:\n  x: {$ref: 'b.yaml'}\n"))
    assert "a.yaml:2:7 (at /properties/x/$ref): there is no file b.yaml" in str(error)
    error = error_of(lambda: schema_at(tmp_path, "a.yaml#x", a_yaml="a: {$anchor: x}\nb: {$anchor: x}\n"))
    assert 'the $anchor "x" stands at /a and /b' in str(error)


def test_a_component_section_that_is_none_is_an_error(tmp_path: Path) -> None:
    assert "schemas has to be a mapping" in str(
        error_of(lambda: schema_at(tmp_path, "pet.yaml", rest="components: {schemas: []}\n", **FILES))
    )
