"""An Eastron SDM630 (unit 1) and a SunSpec meter (unit 2) on pymodbus; tells its port, and ends with its standard input."""

import asyncio
import socket
import struct
import sys

from pymodbus.datastore import ModbusDeviceContext, ModbusServerContext, ModbusSparseDataBlock
from pymodbus.server import ModbusTcpServer


def floats(values):
    table = {}
    for address, value in values.items():
        high, low = struct.unpack(">HH", struct.pack(">f", value))
        table[address], table[address + 1] = high, low
    return table


def text(value, words):
    data = value.encode().ljust(words * 2, b"\0")
    return list(struct.unpack(f">{words}H", data))


sdm = {address: 0.0 for address in range(0, 0x4C, 2)}
sdm.update({0x00: 230.5, 0x06: 6.5, 0x0C: 1500.25, 0x34: 4321.5, 0x46: 49.98, 0x48: 1234.5})

meter = [0] * 105
meter[1], meter[4] = 65, 0xFFFF  # 6.5 A
meter[16], meter[20] = 432, 1  # 4320 W
meter[14], meter[15] = 4998, 0xFFFE
meter[44], meter[45], meter[52] = 1, 0xE240, 0  # 123456 Wh drawn
common = text("Acme", 16) + text("Meter One", 16) + text("", 8) + text("1", 8) + text("S-42", 16) + [2, 0]
sunspec = [0x5375, 0x6E53, 1, 66, *common, 203, 105, *meter, 0xFFFF, 0]

context = ModbusServerContext(
    devices={
        1: ModbusDeviceContext(ir=ModbusSparseDataBlock(floats(sdm)), hr=ModbusSparseDataBlock({0: 0})),
        2: ModbusDeviceContext(hr=ModbusSparseDataBlock({40_000 + i: word for i, word in enumerate(sunspec)})),
    },
    single=False,
)


async def main():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ModbusTcpServer(context, address=("127.0.0.1", port))
    serving = asyncio.create_task(server.serve_forever())
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.05)
    print(port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.shutdown()
    serving.cancel()


asyncio.run(main())
