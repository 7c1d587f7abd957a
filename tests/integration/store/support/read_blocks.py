"""Reads every sample (or rollup) of a Coldaisle database by docs/storage-format.md alone: python3 read_blocks.py FILE [LEVEL].

Writes one line a sample: series, time in ms, value (or min max sum count), as Python's repr; "None" where there was none.
Of rollups those that are stored: sparse samples (level 5) have none finer than an hour.
"""
import math
import sqlite3
import struct
import sys
import zlib

WIDTH_MS = [1, 10_000, 60_000, 900_000, 3_600_000, 1]


class Bytes:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def u8(self):
        self.at += 1
        return self.data[self.at - 1]

    def take(self, form):
        size = struct.calcsize(form)
        self.at += size
        return struct.unpack_from(form, self.data, self.at - size)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value


class Bits:
    def __init__(self, data, at):
        self.number, self.at = int.from_bytes(data[at:], "little"), 0

    def bits(self, count):
        value = (self.number >> self.at) & ((1 << count) - 1)
        self.at += count
        return value

    def gamma(self):
        extra = 0
        while self.bits(1) == 0:
            extra += 1
        return (1 << extra) + self.bits(extra)


def unzigzag(z):
    return z // 2 if z % 2 == 0 else -(z + 1) // 2


def table(bits):
    log, frequency, symbol, left = bits.bits(4), {}, -1, None
    left = 1 << log
    while left > 0:
        symbol += bits.gamma()
        frequency[symbol] = bits.gamma() if log else 1
        left -= frequency[symbol]
    size = 1 << log
    states, at, step = [0] * size, 0, (size >> 1) + (size >> 3) + 3
    for symbol, share in sorted(frequency.items()):
        for _ in range(share):
            states[at] = symbol
            at = (at + step) & (size - 1)
    upcoming, entries = dict(frequency), []
    for symbol in states:
        x = upcoming[symbol]
        upcoming[symbol] += 1
        count = log - (x.bit_length() - 1)
        entries.append((symbol, count, (x << count) - size))
    return log, entries


def symbols(bits, n, rest):
    log, entries = table(bits)
    state = bits.bits(log)
    for _ in range(n):
        symbol, count, base = entries[state]
        yield rest(symbol)
        state = base + bits.bits(count)


def residuals(data, at, n):
    if n == 0:
        return []
    bits, head = Bits(data, at + 1), data[at]
    if head & 1 == 0:
        k, found = head >> 1, []
        for _ in range(n):
            ones = 0
            while ones < 20 and bits.bits(1):
                ones += 1
            found.append(bits.bits(53) if ones == 20 else (ones << k) + bits.bits(k))
        return found

    def rest(symbol):
        if symbol < 16:
            return symbol
        size = 4 + (symbol - 16) // 4
        return (1 << size) + ((symbol - 16) % 4 << (size - 2)) + bits.bits(size - 2)

    return list(symbols(bits, n, rest))


def whole(source, n):
    head = source.u8()
    places, predictor = head & 15, head >> 4
    base, divisor = unzigzag(source.varint()), source.varint()
    units, delta, mean = [0], 0, 0.0
    for z in residuals(source.data, source.at, n - 1):
        r = unzigzag(z)
        if predictor == 0:
            units.append(units[-1] + r)
        elif predictor == 1:
            delta += r
            units.append(units[-1] + delta)
        elif predictor == 8:
            units.append(r)
        else:
            units.append(r + math.floor(mean + 0.5))
            mean += (units[-1] - mean) * 2.0 ** -(predictor - 1)
    return [(base + unit * divisor) / 10**places for unit in units]


def doubles(data, at, n):
    bits, word, found = Bits(data, at), 0, []

    def rest(symbol):
        if symbol == 0:
            return 0
        trailing = (symbol - 1) % 8 * 8
        return bits.bits(64 - (symbol - 1) // 8 * 4 - trailing) << trailing

    for x in symbols(bits, n, rest):
        word ^= x
        found.append(struct.unpack("<d", struct.pack("<Q", word))[0])
    return found


def column(data, at, n):
    source = Bytes(data, at)
    head = source.u8()
    if head & 7 == 0:
        return [None] * n
    runs = [source.varint() for _ in range(source.varint())] if head & 8 else [n]
    present = sum(runs[::2])
    if head & 7 == 1:
        values = [source.take("<d")] * present
    elif head & 7 == 2:
        values = whole(source, present)
    else:
        values = doubles(data, source.at, present)
    found = []
    for i, length in enumerate(runs):
        found += values[:length] if i % 2 == 0 else [None] * length
        values = values[length:] if i % 2 == 0 else values
    return found


def block(data, slot_ms, width_ms):
    """(series, stat) -> ([time in ms], [value])"""
    source = Bytes(data)
    assert source.u8() == 1
    length, crc = source.take("<I"), source.take("<I")
    end = 9 + length
    assert zlib.crc32(data[9:end]) == crc
    lists = []
    for _ in range(source.varint()):
        n, size = source.varint(), source.varint()
        lists.append([slot_ms + int(step) * width_ms for step in column(data, source.at, n)])
        source.at += size
    found, at = {}, end
    for _ in range(source.varint()):
        series, stat, times = source.varint(), source.u8(), lists[source.varint()]
        size, crc = source.varint(), source.take("<I")
        assert zlib.crc32(data[at : at + size]) == crc
        found[series, stat] = times, column(data, at, len(times))
        at += size
    return found


def main(path, level=0):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    found = {}
    # Sparse samples first: what an hour's own block says counts.
    for at_level, slot_ms, data in db.execute("SELECT level, slot_ms, data FROM block WHERE level IN (?, ?) ORDER BY level DESC, slot_ms, part", (level, 5 if level == 0 else level)):
        columns = block(data, slot_ms, WIDTH_MS[at_level])
        for series in {series for series, _ in columns}:
            stats = [columns[series, stat] for stat in ([0] if level == 0 else [1, 2, 3, 4])]
            for i, time in enumerate(stats[0][0]):
                found[series, time] = [values[i] for _, values in stats]
    if level == 0:
        for time, series, value in db.execute("SELECT at_ms, series_id, value FROM sample_recent"):
            found[series, time] = [value]
    for (series, time), values in sorted(found.items()):
        print(series, time, *values)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
