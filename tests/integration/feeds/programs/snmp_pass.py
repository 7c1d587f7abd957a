"""Answers for net-snmp's snmpd (pass_persist) what a file says, one "OID TYPE VALUE" a line; the file is read at every question."""

import sys


def rows(path):
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            oid, kind, value = (line.rstrip("\n").split(" ", 2) + ["", ""])[:3]
            if oid:
                found.append((tuple(int(n) for n in oid.strip(".").split(".")), kind, value))
    return sorted(found)


def answer(found):
    if found is None:
        print("NONE", flush=True)
        return
    oid, kind, value = found
    print("." + ".".join(str(n) for n in oid), kind, value, sep="\n", flush=True)


path = sys.argv[1]
while True:
    command = sys.stdin.readline().strip()
    if command == "":
        break
    if command == "PING":
        print("PONG", flush=True)
        continue
    oid = tuple(int(n) for n in sys.stdin.readline().strip().strip(".").split("."))
    if command == "get":
        answer(next((row for row in rows(path) if row[0] == oid), None))
    elif command == "getnext":
        answer(next((row for row in rows(path) if row[0] > oid), None))
    else:
        sys.stdin.readline()
        print("not-writable", flush=True)
