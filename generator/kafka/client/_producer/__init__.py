"""The producer: records to a topic over one stream after the other, each with exactly one outcome.

Low to high; a file imports only from those before it::

    rules        what a caller may choose
    keys         which connection a record goes over
    sendable     what goes up for a record, and which do not go up at all
    lane         what to do next on one connection: open, send, end, wait; no socket, no thread, no clock
    production   all lanes of one call: the window, the order of what is given, and how it ends
    intake       takes records from what the caller gives
    sync, aio    the drivers, and where their streams come from

    codes        ... over Kafka's own protocol: what librdkafka's errors mean
    stored       the bytes that Kafka keeps of a record
    librdkafka   its settings
    kafka        a stream of records to a Kafka cluster, as the drivers know streams
    over_kafka   opens such streams; the drivers import it where ``engine="kafka"`` is asked for

The order that is promised: records over one connection are sent and given in the order in which they came, but for
those that were sent again. Where they stand in the log, only their offsets say. When the server throws one away (429),
nothing new is sent until what is in flight has its reports; after a pause the records that were thrown away go alone,
in their order, until each has its outcome. So such a record comes behind those that were in flight with it, and never
behind anything newer. A key is always on the same connection.
"""
