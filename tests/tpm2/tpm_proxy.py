# SPDX-License-Identifier: Apache-2.0
"""Somebody between a program and its TPM, who writes down what crosses and meddles with it.

A TPM's commands and responses begin with a tag (2 bytes), their size (4) and a code (4), in network order (TPM 2.0
Library Part 1 section 18). swtpm takes them as they are on one socket; on another one it takes commands of its own.
"""

import os
import socket
import struct
import threading

# TPM 2.0 Library Part 2 section 6.5.2
CREATE_PRIMARY = 0x131
CREATE = 0x153
LOAD = 0x157
UNSEAL = 0x15e
FLUSH_CONTEXT = 0x165
READ_PUBLIC = 0x173
START_AUTH_SESSION = 0x176
GET_CAPABILITY = 0x17a
SHUTDOWN = 0x145

NO_SESSIONS = 0x8001


def code_of(message):
    return struct.unpack_from(">I", message, 6)[0]


def failure(code):
    """The response of a TPM that refuses."""
    return struct.pack(">HII", NO_SESSIONS, 10, code)


def receive_exactly(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def receive_message(connection):
    head = receive_exactly(connection, 10)
    return head + receive_exactly(connection, struct.unpack_from(">I", head, 2)[0] - len(head))


class TpmProxy:
    """Listens at sockets of its own. `meddle(number, command)` is called before the command with that number, from 1,
    goes on; what it returns, unless None, is the response in its place. `rewrite(command, response)` may return another
    response than the TPM's. Both run on the connection's thread.
    """

    def __init__(self, folder, tpm):
        self.tpm = tpm
        self.tcti = f"swtpm:path={folder / 'proxy'}"
        self.meddle = lambda number, command: None
        self.rewrite = lambda command, response: response
        self.survives_reset = False  # whether a client keeps its connection when the TPM is restarted
        self.exchanges = []
        self.listeners = []
        self.listen(folder / "proxy", self.pass_messages)
        self.listen(folder / "proxy.ctrl", self.pass_control)

    def listen(self, path, serve):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
        self.listeners.append(listener)
        threading.Thread(target=self.accept, args=(listener, serve), daemon=True).start()

    def accept(self, listener, serve):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client, serve), daemon=True).start()

    @staticmethod
    def serve(client, serve):
        with client:
            try:
                serve(client)
            except (OSError, EOFError):
                pass  # one of the two is gone, and soon the other one knows

    def close(self):
        for listener in self.listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def connect(self, path):
        upstream = socket.socket(socket.AF_UNIX)
        upstream.connect(str(path))
        return upstream

    def pass_control(self, client):
        with self.connect(self.tpm.control) as upstream:
            while request := client.recv(4096):
                upstream.sendall(request)
                client.sendall(upstream.recv(4096))

    def pass_messages(self, client):
        upstream = self.connect(self.tpm.socket)
        try:
            while True:
                command = receive_message(client)
                number = len(self.exchanges) + 1
                exchange = [command, b""]
                self.exchanges.append(exchange)
                process = self.tpm.process
                response = self.meddle(number, command)
                if response is None:
                    if self.tpm.process is not process and self.survives_reset:
                        upstream.close()
                        upstream = self.connect(self.tpm.socket)
                    upstream.sendall(command)
                    response = self.rewrite(command, receive_message(upstream))
                exchange[1] = response
                client.sendall(response)
        finally:
            upstream.close()

    def begin(self):
        """Forgets what has crossed, and meddles no more."""
        self.exchanges = []
        self.meddle = lambda number, command: None
        self.rewrite = lambda command, response: response
        self.survives_reset = False

    def codes(self):
        """The codes of all commands that came."""
        return [code_of(command) for command, _ in self.exchanges]

    def traffic(self):
        """Everything that has crossed."""
        return b"".join(part for exchange in self.exchanges for part in exchange)
