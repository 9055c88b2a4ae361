"""What the command line lists, generated from the document: regenerate, do not edit."""

from __future__ import annotations

from ._listed import Argument, Listed

OPERATIONS: tuple[Listed, ...] = (
    Listed(
        "records_v3",
        "produce_record",
        "PRODUCE_RECORD",
        "POST",
        "/kafka/v3/clusters/{cluster_id}/topics/{topic_name}/records",
        arguments=(
            Argument("cluster_id", "path", True, "Which Kafka cluster, by its ID."),
            Argument("topic_name", "path", True, "Which topic, by its name."),
            Argument(
                "record",
                "body",
                True,
                "One record for Kafka. Several records in one request are written one after the other, with nothing needed between them; their delivery reports come back the same way, in the same order.",
            ),
        ),
        about='Produce record.\n\nGenerally available.\n\nWrites records to a topic and answers with one delivery report for each record.\n\nThe same call has a streaming mode: with the header "Transfer-Encoding: chunked" the body may stay\nopen, and the server takes further records for as long as it does. Both directions are Concatenated\nJSON. The reports come back asynchronously, in the order of the records, and every report has an\nerror_code of its own: 200 means that its record was stored. The status line says 200 OK as soon as\nthe connection stands, so it says nothing about any record; the error_code of each report does.\n\nOnly Confluent Cloud checks the cluster_id.\n\nThere is no Schema Registry integration yet: a schema cannot be sent along, and the formats are\nBINARY, JSON and STRING, no others.',
        answers={
            "200": "The delivery report of one record. A stream is answered with such a report for every record that was sent, in the order of the records; each has its own error_code.",
            "400": "The request was not valid: the body had an unexpected form, or some other check of the request failed.",
            "401": "The caller could not be authenticated. When it was Kafka that refused, the body holds error code 40101.",
            "403": "The caller is known but may not do this. When it was Kafka that refused, the body holds error code 40301.",
            "404": "What was asked for does not exist or cannot be reached: a topic or a partition that nobody knows, for example. A GET of an endpoint that the access lists leave out ends here too.",
            "413": "The payload is larger than the largest message that the server takes.",
            "415": "The payload is in a format that the server does not support.",
            "422": "The request was not valid: the body had an unexpected form, or some other check of the request failed.",
            "429": "The caller went over a rate limit and should come back later.",
            "5XX": "Something failed on the server, and the caller may be unable to mend it. Where Kafka reports an error that is worth another try, the body holds error code 50003.",
        },
        example={
            "cluster_id": "cluster-1",
            "topic_name": "topic-1",
            "record": {
                "partition_id": 1,
                "headers": [
                    {"name": "Header-1", "value": "SGVhZGVyLTE="},
                    {"name": "Header-2", "value": "SGVhZGVyLTI="},
                ],
                "key": {"type": "BINARY", "data": "Zm9vYmFy"},
                "value": {"type": "JSON", "data": {"foo": "bar"}},
                "timestamp": "2021-02-05T19:14:42Z",
            },
        },
        stream="produce_record_stream",
    ),
)
MEMBERS: dict[str, dict[str, str]] = {
    "Error": {
        "id": "Identifies this one occurrence of the problem.",
        "status": "The HTTP status that fits the problem, written as a string.",
        "code": "The application's own code for the error, written as a string.",
        "title": "The problem in a few words for people. Unless it is translated, the text **SHOULD NOT** differ between occurrences of the same problem.",
        "detail": "What went wrong in this particular case, for people to read.",
        "source": "Which part of the request is to blame, where one is: a query parameter or a property of the body.",
    },
    "ErrorSource": {
        "pointer": 'A JSON Pointer (RFC 6901) into the body of the request: "/spec" is an object called spec, "/spec/title" one field of it.',
        "parameter": "The name of the query parameter that led to the error.",
    },
}
