"""What is sent to a kernel while its answer is awaited takes nothing from who waits."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.session import Session

from site_builder.execute.local.kernel import post


def test_an_answer_that_arrives_before_something_is_sent_reaches_who_waits_for_it() -> None:
    async def talk(peer: Any, context: Any) -> tuple[str, str]:
        session = Session(key=b"key")
        socket = context.socket(zmq.DEALER)
        socket.connect(f"tcp://127.0.0.1:{peer.bind_to_random_port('tcp://127.0.0.1')}")
        channel = AsyncZMQSocketChannel(socket, session)
        channel.send(session.msg("execute_request", {}))
        address, *_ = peer.recv_multipart()
        waiting = asyncio.ensure_future(channel.get_msg())
        await asyncio.sleep(0.05)
        other = Session(key=b"key")
        other.send(peer, "execute_reply", {}, ident=address)
        time.sleep(0.2)  # the answer arrives while this loop is busy
        post(channel, session.msg("comm_msg", {"comm_id": "w"}))
        answer = await asyncio.wait_for(waiting, 5)
        sent = other.deserialize(other.feed_identities(peer.recv_multipart())[1])
        return answer["msg_type"], sent["content"]["comm_id"]

    with zmq.Context() as ordinary, zmq.asyncio.Context() as context, ordinary.socket(zmq.ROUTER) as peer:
        peer.linger = context.linger = 0
        peer.rcvtimeo = 5000
        try:
            assert asyncio.run(talk(peer, context)) == ("execute_reply", "w")
        finally:
            context.destroy(linger=0)
