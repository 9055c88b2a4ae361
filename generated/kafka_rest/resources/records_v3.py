"""Records (v3).

Writing records to topics.
"""

from __future__ import annotations

from typing import Unpack

from .._duplex import AsyncRecordStream, RecordStream, StreamOptions
from .._facts import Body, Operation, Path, Stream
from .._http import AsyncResource, Resource
from ..models import Error, ProduceRequest, ProduceResponse

PRODUCE_RECORD: Operation[ProduceResponse] = Operation(
    id="produceRecord",
    method="POST",
    path="/kafka/v3/clusters/{cluster_id}/topics/{topic_name}/records",
    parameters=(Path("cluster_id", str), Path("topic_name", str)),
    body=Body("record", ProduceRequest, required=True),
    returns={"200": ProduceResponse},
    errors={
        "400": Error,
        "401": Error,
        "403": Error,
        "404": Error,
        "413": Error,
        "415": Error,
        "422": Error,
        "429": {"text/html": str},
        "5XX": Error,
    },
    security=(("resource-api-key",), ("external-access-token",)),
    stream=Stream(ProduceRequest, ProduceResponse, framing="concatenated-json", verdict="error_code", accepted=(200,)),
)


class RecordsV3(Resource):
    """Records (v3).

    Writing records to topics.
    """

    def produce_record(self, cluster_id: str, topic_name: str, record: ProduceRequest) -> ProduceResponse:
        """Produce record.

        Generally available.

        Writes records to a topic and answers with one delivery report for each record.

        The same call has a streaming mode: with the header "Transfer-Encoding: chunked" the body may stay
        open, and the server takes further records for as long as it does. Both directions are Concatenated
        JSON. The reports come back asynchronously, in the order of the records, and every report has an
        error_code of its own: 200 means that its record was stored. The status line says 200 OK as soon as
        the connection stands, so it says nothing about any record; the error_code of each report does.

        Only Confluent Cloud checks the cluster_id.

        There is no Schema Registry integration yet: a schema cannot be sent along, and the formats are
        BINARY, JSON and STRING, no others.

        Args:
            cluster_id: Which Kafka cluster, by its ID.
            topic_name: Which topic, by its name.
            record: One record for Kafka. Several records in one request are written one after the other, with
                nothing needed between them; their delivery reports come back the same way, in the same order.
        """
        return self._call(PRODUCE_RECORD, cluster_id=cluster_id, topic_name=topic_name, record=record)

    def produce_record_stream(
        self, cluster_id: str, topic_name: str, **options: Unpack[StreamOptions[ProduceRequest, ProduceResponse]]
    ) -> RecordStream[ProduceRequest, ProduceResponse]:
        """Produce record. Records go up and reports come down on one connection at the same time: see `RecordStream`."""
        return RecordStream.of(self._client, PRODUCE_RECORD, options, cluster_id=cluster_id, topic_name=topic_name)


class AsyncRecordsV3(AsyncResource):
    """Records (v3).

    Writing records to topics.
    """

    async def produce_record(self, cluster_id: str, topic_name: str, record: ProduceRequest) -> ProduceResponse:
        """Produce record. See `RecordsV3.produce_record`."""
        return await self._call(PRODUCE_RECORD, cluster_id=cluster_id, topic_name=topic_name, record=record)

    def produce_record_stream(
        self, cluster_id: str, topic_name: str, **options: Unpack[StreamOptions[ProduceRequest, ProduceResponse]]
    ) -> AsyncRecordStream[ProduceRequest, ProduceResponse]:
        """Produce record. Records go up and reports come down on one connection at the same time: see `RecordStream`."""
        return AsyncRecordStream.of(self._client, PRODUCE_RECORD, options, cluster_id=cluster_id, topic_name=topic_name)
