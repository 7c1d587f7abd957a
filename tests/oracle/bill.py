"""A bill by the rules of docs/tariffs.md, reckoned with datetime, zoneinfo and Decimal alone: what tests hold the product's own to.

    bill.py TARIFF.json LOAD.csv ZONE [PRICES.csv]

LOAD: start (UTC, ISO 8601), kWh of a quarter of an hour; PRICES: start (UTC), price per MWh of an hour. Whole months of the calendar.
Prints {"total": …, "periods": [{"total": …, "lines": [[name, amount], …]}, …]}.
"""

import csv
import json
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def easter(year):
    # Gauss's rule as Butcher wrote it down.
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * l) // 433
    month = (h + l - 7 * m + 90) // 25
    return date(year, month, (h + l - 7 * m + 33 * month + 19) % 32)


def holidays(tariff, years):
    days = set()
    for year in years:
        for one in tariff.get("holidays", []):
            if "date" in one:
                day = date.fromisoformat(one["date"])
            elif "monthDay" in one:
                day = date.fromisoformat(f"{year}-{one['monthDay']}")
            elif "easter" in one:
                day = easter(year) + timedelta(one["easter"])
            else:
                month = [date(year, one["month"], 1) + timedelta(n) for n in range(31)]
                fitting = [d for d in month if d.month == one["month"] and DAYS[d.weekday()] == one["weekday"]]
                day = fitting[one["nth"] - 1 if one["nth"] > 0 else one["nth"]]
            rule = tariff.get("observed", "strict")
            if day.weekday() == 6 and rule != "strict":
                day += timedelta(1)
            elif day.weekday() == 5 and rule == "nearest-weekday":
                day -= timedelta(1)
            elif day.weekday() == 5 and rule == "next-monday":
                day += timedelta(2)
            days.add(day)
    return days


def seasons(tariff, day):
    at = day.strftime("%m-%d")
    found = []
    for one in tariff.get("seasons", []):
        inside = one["from"] <= at <= one["to"] if one["from"] <= one["to"] else at >= one["from"] or at <= one["to"]
        if inside:
            found.append(one["name"])
    return found


def band_of(tariff, kept, local):
    names_holiday = any("holiday" in w.get("days", []) for b in tariff.get("bands", []) for w in b["when"])
    clock = local.strftime("%H:%M")
    for band in tariff.get("bands", []):
        for window in band["when"]:
            start, end = window.get("from", "00:00"), window.get("to", "24:00")
            over = end <= start
            if not ((clock >= start or clock < end) if over else start <= clock < end):
                continue
            if "seasons" in window and not set(window["seasons"]) & set(seasons(tariff, local.date())):
                continue
            if "days" in window and "all" not in window["days"]:
                day = local.date()
                if over and clock < end and tariff.get("overMidnight", "starting-day") == "starting-day":
                    day -= timedelta(1)
                if names_holiday and day in kept:
                    if "holiday" not in window["days"]:
                        continue
                else:
                    words = {DAYS[day.weekday()], "weekday" if day.weekday() < 5 else "weekend"}
                    if not words & set(window["days"]):
                        continue
            return band["name"]
    return None


def main(tariff_file, load_file, zone, prices_file=None):
    tariff = json.load(open(tariff_file, encoding="utf-8"))
    tz = ZoneInfo(zone)
    load = [(datetime.fromisoformat(a.replace("Z", "+00:00")), Decimal(b)) for a, b in list(csv.reader(open(load_file)))[1:]]
    prices = {}
    if prices_file:
        for at, price in list(csv.reader(open(prices_file)))[1:]:
            prices[datetime.fromisoformat(at.replace("Z", "+00:00"))] = Decimal(price) / 1000
    rows = []
    kept = holidays(tariff, range(load[0][0].year - 1, load[-1][0].year + 2))
    for at, kwh in load:
        local = at.astimezone(tz)
        rows.append((at, local, kwh, band_of(tariff, kept, local)))
    by_month = defaultdict(list)
    for row in rows:
        by_month[(row[1].year, row[1].month)].append(row)

    def windows(charge, own):
        size = charge.get("windowMinutes", 15)
        found = defaultdict(list)
        for at, local, kwh, band in own:
            minutes = local.minute % size
            found[at - timedelta(minutes=minutes)].append((max(kwh, Decimal(0)), band))
        result = []
        for parts in found.values():
            if len(parts) != size // 15:
                continue
            bands = {band for _, band in parts}
            if "bands" in charge and not (len(bands) == 1 and bands <= set(charge["bands"])):
                continue
            result.append(sum(kwh for kwh, _ in parts) * 60 / size)
        return result

    def rounded(value):
        return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

    periods = []
    months = sorted(by_month)
    for year, month in months:
        own = by_month[(year, month)]
        days = len({local.date() for _, local, _, _ in own})
        in_year = (date(year + 1, 1, 1) - date(year, 1, 1)).days
        share = {"day": Decimal(days), "month": Decimal(1), "year": Decimal(days) / in_year}
        lines = []
        for charge in tariff.get("energy", []):
            fitting = [(at, kwh) for at, _, kwh, band in own if kwh >= 0 and ("bands" not in charge or band in charge["bands"])]
            if "price" in charge:
                lines.append((charge["name"], sum((k for _, k in fitting), Decimal(0)) * Decimal(str(charge["price"]))))
            else:
                add = Decimal(str(charge["hourly"].get("add", 0)))
                cost = sum((k * (prices[at.replace(minute=0)] + add) for at, k in fitting), Decimal(0))
                lines.append((charge["name"], cost))
        for charge in tariff.get("demand", []):
            factor = Decimal(1) / Decimal(str(charge["powerFactor"])) if charge.get("unit") == "kVA" else Decimal(1)
            span = [r for m in months if m[0] == year for r in by_month[m]] if charge.get("peakOf") == "year" else own
            peaks = windows(charge, span)
            told = [max(peaks)] if peaks else []
            if "ratchet" in charge:
                back = [(year * 12 + month - 1 - n) for n in range(1, charge["ratchet"]["months"] + 1)]
                before = []
                for number in back:
                    for row in by_month.get((number // 12, number % 12 + 1), []):
                        wanted = charge["ratchet"].get("seasons")
                        if wanted is None or set(wanted) & set(seasons(tariff, row[1].date())):
                            before.append(row)
                highest = windows(charge, before)
                if highest:
                    told.append(max(highest) * Decimal(str(charge["ratchet"]["percent"])) / 100)
            if not told:
                continue
            billed = max([Decimal(str(charge.get("minimum", 0)))] + [one * factor for one in told])
            lines.append((charge["name"], billed * Decimal(str(charge["price"])) * share[charge.get("per", "month")]))
        for one in tariff.get("standing", []):
            lines.append((one["name"], Decimal(str(one["amount"])) * share[one["per"]]))
        sold = tariff.get("export")
        given = [(at, -kwh) for at, _, kwh, _ in own if kwh < 0]
        if sold and given:
            cost = sum(k * (Decimal(str(sold["price"])) if "price" in sold else prices[at.replace(minute=0)]) for at, k in given)
            lines.append((sold.get("name", "Delivered"), -cost))
        lines = [(name, rounded(amount)) for name, amount in lines]
        for tax in tariff.get("taxes", []):
            base = sum(amount for name, amount in lines if "on" not in tax or name in tax["on"])
            lines.append((tax["name"], rounded(base * Decimal(str(tax["percent"])) / 100)))
        periods.append({"total": float(sum(a for _, a in lines)), "lines": [[n, float(a)] for n, a in lines]})
    print(json.dumps({"total": float(sum(Decimal(str(p["total"])) for p in periods)), "periods": periods}))


main(*sys.argv[1:])
