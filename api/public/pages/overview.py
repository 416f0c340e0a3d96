"""Pages about the whole: start, one fact, matrix, search, statistics, glossary."""

from __future__ import annotations

from typing import Final

from api.edge.parse import parameters
from api.edge.problems import refuse
from api.public.absence import refuse_later
from api.public.loading import searched
from api.public.pages.lists import turning
from api.public.pages.visit import Sheet, Visit
from api.public.presentation import counts, groups, terms
from api.public.presentation.addresses import data_forms_of, forms_of
from api.public.transparency import report_of
from ledger.vocabulary import FOREIGN_SCALES, RUBRIC_VERSION
from projections.port import COLLECTIONS, Query

LATEST_FACTS: Final = 6
FULLEST_PAIRS: Final = 5

SCALE_NAMES: Final = {"politifact": "PolitiFact", "polimeter": "Polimeter", "ogp": "OGP"}


async def show_home(visit: Visit) -> Sheet:
    """What this is, the latest facts, totals, who promised whom."""
    parameters(visit.request)
    parts, moment = visit.parts, visit.moment
    latest = await parts.read(parts.views.facts, Query(moment=moment, limit=LATEST_FACTS))
    cells = await parts.scan(parts.views.matrix, moment)
    statistics = await parts.scan(parts.views.statistics, moment)
    forms = forms_of("facts", visit.frame.moment_query)
    context = {
        "totals": counts.totals(statistics, COLLECTIONS),
        "facts": latest.items,
        "cells": cells[:FULLEST_PAIRS],
        "current": (),
        "forms": forms,
    }
    return Sheet("home.html", context, alternates=forms)


async def show_fact(visit: Visit) -> Sheet:
    """404 for a fact that the ledger did not hold yet."""
    parameters(visit.request)
    position = int(visit.request.match_info["position"])
    fact = await visit.parts.read(visit.parts.views.fact, position)
    if fact is None:
        raise refuse("not-found")
    refuse_later(visit.request, fact, visit.moment)
    context = {"fact": fact, "site_url": visit.parts.public_url}
    return Sheet("fact.html", context, trail=(("/facts", "Facts"),))


async def show_matrix(visit: Visit) -> Sheet:
    parameters(visit.request)
    cells = await visit.parts.scan(visit.parts.views.matrix, visit.moment)
    context = {"cells": cells, "grid": groups.grid(cells)}
    return Sheet("matrix.html", context)


async def show_search(visit: Visit) -> Sheet:
    """The form alone until somebody has asked for words."""
    query = searched(visit.request, visit.asked)
    words = visit.request.query.get("q", "").strip()
    found = await visit.parts.scan(visit.parts.views.search, words, query) if words else None
    context = {
        "q": words,
        "kind": query.filters.get("kind", ""),
        "hits": found.items if found else (),
        **turning(visit, query, found),
    }
    return Sheet("search.html", context)


async def show_statistics(visit: Visit) -> Sheet:
    parameters(visit.request)
    found = await visit.parts.scan(visit.parts.views.statistics, visit.moment)
    return Sheet("statistics.html", {"tables": counts.tables(found)})


async def show_glossary(visit: Visit) -> Sheet:
    parameters(visit.request)
    context = {
        "vocabularies": terms.BY_SLUG,
        "rubric": RUBRIC_VERSION,
        "scales": FOREIGN_SCALES[RUBRIC_VERSION],
        "scale_names": SCALE_NAMES,
    }
    return Sheet("glossary.html", context)


async def show_transparency(visit: Visit) -> Sheet:
    """What was redacted: totals, and each redaction, never words."""
    parameters(visit.request)
    report = await visit.parts.scan(report_of, visit.parts.views, visit.moment)
    forms = data_forms_of("transparency", visit.frame.moment_query)
    context = {
        "report": report,
        "tables": counts.redaction_tables(report),
        "current": (),
        "forms": forms,
    }
    return Sheet("transparency.html", context, alternates=forms)
