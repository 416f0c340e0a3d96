"""Data that nobody here has seen: other scripts, other encodings, other calendars of words."""

from pathlib import Path

import openpyxl

from ledger.facts.commitment import CommitmentContent, CommitmentRecorded
from ledger.facts.meeting import MeetingProfile, MeetingRecorded
from ledger.facts.source import QuotationTaken
from ledger.facts.stakeholder import (
    OrganizationRegistered,
    PersonRegistered,
)
from ledger.facts.statement import StatementRecorded
from ledger.service import Ledger
from ledger.vocabulary import QuotationCheck
from tests.integration.importing.runs import facts_of, imported

HEAD = """\
format: import-mapping/1
name: wild
parties:
  who: {split: ["،", "、", ";", ","], entry: {classification: company}}
  people: {register_as: person}
tables:
"""


def promises(ledger: Ledger) -> list[CommitmentContent]:
    facts = (each.fact for each in facts_of(ledger))
    return [each.content for each in facts if isinstance(each, CommitmentRecorded)]


def names(ledger: Ledger) -> list[str]:
    facts = (each.fact for each in facts_of(ledger))
    return [
        each.profile.name
        for each in facts
        if isinstance(each, OrganizationRegistered | PersonRegistered)
    ]


def checks(ledger: Ledger) -> set[QuotationCheck]:
    return {e.fact.check for e in facts_of(ledger) if isinstance(e.fact, QuotationTaken)}


URDU = """\
  - name: waade
    file: waade.csv
    encoding: utf-16
    delimiter: ";"
    row: "{نمبر}"
    retrieved_on: 2024-01-01
    source: {publisher: {from: ناشر}, title: {from: "وعدہ {نمبر}"}, basis: on_record, language: ur}
    records:
      - make: commitment
        key: "{نمبر}"
        quote: متن
        entry:
          promisors: {from: وزارت, parties: who}
          text: {from: متن}
          made_on: {from: تاریخ, dates: [D MMMM YYYY, YYYY/M/D], months: ur}
          due: {latest: {from: میعاد, dates: [YYYY]}, text: {from: میعاد}}
          strength:
            form: {from: قسم, words: {پختہ: commits, ارادہ: expresses_willingness}}
            content: general_action
"""
URDU_ROWS = """\
نمبر;ناشر;وزارت;متن;تاریخ;میعاد;قسم
۱;روزنامہ مثال;وزارتِ صحت، وزارتِ تعلیم;ہر ضلع میں ایک نیا ہسپتال بنایا جائے گا۔;۵ مارچ ۲۰۲۴;۲۰۲۶;پختہ
۲;روزنامہ مثال;وزارتِ صحت;دوائیں مفت دی جائیں گی۔;۲۰۲۴/۳/۹;;ارادہ
۳;روزنامہ مثال;وزارتِ صحت;"\u202eالٹا متن";۲۰۲۴/۳/۹;;شاید
"""


async def test_urdu_in_utf_16_from_right_to_left(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "waade.csv").write_bytes(URDU_ROWS.encode("utf-16"))

    result = await imported(ledger, (HEAD + URDU).encode(), tmp_path)

    assert names(ledger) == ["وزارتِ صحت", "وزارتِ تعلیم"]
    assert [str(each.made_on) for each in promises(ledger)] == ["2024-03-05", "2024-03-09"]
    assert [each.due and str(each.due.latest) for each in promises(ledger)] == ["2026", None]
    assert checks(ledger) == {QuotationCheck.FOUND}
    (unknown,) = result.rejections
    assert (unknown.key, unknown.words, unknown.accepted) == ("۳", "شاید", ("پختہ", "ارادہ"))


CYRILLIC = """\
  - name: vstrechi
    file: встречи.tsv
    encoding: windows-1251
    row: "{дата} {министр}"
    retrieved_on: 2024-01-01
    source: {publisher: Пример, title: {from: повестка}, basis: minutes, language: ru}
    records:
      - make: meeting
        key: "{дата} {министр}"
        entry:
          title: {from: "Встреча: {повестка}"}
          held_on: {from: дата, dates: [D MMMM YYYY, MMMM YYYY], months: ru}
          participants:
            - {stakeholder: {from: министр, party: people}, role: министр}
            - {stakeholder: {from: гость, party: who}}
      - make: statement
        where: {просьба: "*"}
        key: "{дата} {министр}"
        quote: просьба
        entry:
          kind: request
          speakers: {from: гость, parties: who}
          addressees: {from: министр, parties: people}
          text: {from: просьба}
"""
CYRILLIC_ROWS = """\
дата\tминистр\tгость\tповестка\tпросьба
5 марта 2024\tАнна Пример\tОАО «Связь»\tСеть\tСнизить пошлину
апрель 2024\tАнна Пример\tОАО «Связь»\tСнова сеть\t
"""


async def test_meetings_of_ministers_in_an_old_code_page(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "встречи.tsv").write_bytes(CYRILLIC_ROWS.encode("windows-1251"))

    result = await imported(ledger, (HEAD + CYRILLIC).encode(), tmp_path)

    facts = [each.fact for each in facts_of(ledger)]
    held: list[MeetingProfile] = [f.profile for f in facts if isinstance(f, MeetingRecorded)]
    (asked,) = [each for each in facts if isinstance(each, StatementRecorded)]
    assert result.rejections == []
    assert names(ledger) == ["Анна Пример", "ОАО «Связь»"]
    assert [str(each.held_on) for each in held] == ["2024-03-05", "2024-04"]
    assert held[0].participants[0].stakeholder == held[1].participants[0].stakeholder
    assert (asked.content.meeting is not None, str(asked.effective_on)) == (True, "2024-03-05")
    assert checks(ledger) == {QuotationCheck.FOUND}


CHINESE = """\
  - name: pledges
    file: 承诺.xlsx
    sheet: 承诺
    row: "{编号}"
    retrieved_on: 2024-01-01
    source: {publisher: 示例公司, title: {from: 标题}, basis: press_release, language: zh-Hans}
    records:
      - make: commitment
        key: "{编号}"
        quote: 内容
        entry:
          promisors: {from: 公司, parties: who}
          text: {from: 内容}
          made_on: {from: 日期, dates: [YYYY年M月D日, YYYY-MM-DD]}
          strength: {form: commits, content: specific_action}
"""


async def test_pledges_of_companies_in_a_workbook(ledger: Ledger, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("承诺")
    sheet.append(["编号", "标题", "公司", "内容", "日期"])
    sheet.append([1, "减排", "甲公司、乙公司", "到二〇三〇年减排一半。", "2024年3月5日"])
    sheet.append([2, "节水", "乙公司", "节约用水。", "明天"])
    book.save(tmp_path / "承诺.xlsx")

    result = await imported(ledger, (HEAD + CHINESE).encode(), tmp_path)

    assert names(ledger) == ["甲公司", "乙公司"]
    assert [str(each.made_on) for each in promises(ledger)] == ["2024-03-05"]
    assert [(each.row, each.column) for each in result.rejections] == [(2, "日期")]


async def test_names_that_only_look_alike_are_one_stakeholder(
    ledger: Ledger, tmp_path: Path
) -> None:
    rows = "编号,标题,公司,内容,日期\n1,a,Acme Bank,x,2024-01-01\n2,b,Аcme Bаnk,y,2024-01-02\n"
    (tmp_path / "a.csv").write_text(rows, "utf-8")
    mapping = CHINESE.replace("承诺.xlsx", "a.csv").replace("    sheet: 承诺\n", "")

    await imported(ledger, (HEAD + mapping).encode(), tmp_path)

    assert names(ledger) == ["Acme Bank"]
    assert len({each.promisors for each in promises(ledger)}) == 1
