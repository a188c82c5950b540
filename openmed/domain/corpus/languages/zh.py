"""Chinese, as it is written in China.

Never issued: identity numbers of region 99; telephone numbers whose local part starts with 0;
postcodes above 99; the last character of an identity number is right.
"""

from datetime import date
from typing import Final

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.languages.parts import SHARED, checked, gold, numbers, people, phrases
from openmed.domain.corpus.locale import DayStyle, Locale
from openmed.domain.corpus.people import NAME_FORMS

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_HAN: Final = "〇一二三四五六七八九十"


def _identity(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + _CHECKS[total % 11]


def _street(draws: Draws) -> str:
    road = draws.choice(
        ("青松路", "桂花街", "滨河东路", "红枫大道", "柳荫巷", "长春里", "石桥路", "望江街",
         "新园路", "杏林街")
    )  # fmt: skip
    tail = draws.choice(
        ("", f"{draws.integer(1, 30)}栋{draws.integer(1, 6)}0{draws.integer(1, 9)}室")
    )
    return f"{road}{draws.integer(1, 380)}号{tail}"


def _spoken(day: date) -> str:
    year = "".join(_HAN[int(digit)] for digit in str(day.year))
    return f"{year}年{_number(day.month)}月{_number(day.day)}日"


def _number(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"{_HAN[tens]}十")
    return head + (_HAN[ones] if ones else "")


_STYLES: Final[dict[str, DayStyle]] = {
    "long": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "spoken": _spoken,
    "month": lambda day: f"{day.year}年{day.month}月",
    "iso": lambda day: f"{day.year}-{day.month:02d}-{day.day:02d}",
    "dots": lambda day: f"{day.year}.{day.month:02d}.{day.day:02d}",
    "slashes": lambda day: f"{day.year}/{day.month}/{day.day}",
    "day": lambda day: f"{day.month}月{day.day}日",
}

CHINESE: Final = Locale(
    people=people(
        women="""
            婷婷 秀英 丽华 雪梅 玉兰 桂芳 海燕 晓琳 春花 美玲 淑珍 佳怡 红霞 静雯 慧敏 翠萍 雅琴
            月娥 思琪 凤英 莉莉 素云 欣然 彩霞
        """,
        men="""
            建国 志强 伟明 海涛 国庆 文斌 永福 晓东 家豪 金龙 世杰 德胜 振华 立军 春生 俊杰 大勇
            光辉 子轩 福贵 浩然 卫东 学文 长青
        """,
        surnames="""
            赵 钱 孙 李 周 吴 郑 王 冯 陈 褚 卫 蒋 沈 韩 杨 朱 秦 许 何 吕 施 张 孔 曹 严 华 金 魏
            陶 姜 戚 谢 邹 苏 潘 葛 范 彭 欧阳 上官 司马
        """,
    ),
    forms={
        **NAME_FORMS,
        "full": lambda who: f"{who.surname}{who.given}",
        "last_first": lambda who: f"{who.surname} {who.given}",
        "masked": lambda who: f"{who.surname}某{who.given[-1]}",
    },
    places={
        "city": gold("CITY", """
            南宁市; 洛阳市; 大理市; 绵阳市; 烟台市; 九江市; 桂林市; 包头市; 遵义市; 宝鸡市; 泉州市;
            丹东市
        """),
        "facility": gold("FACILITY", """
            青松医院; 市第七人民医院; 杏林中医院; 滨河社区卫生服务中心; 红枫康复医院
        """),
        "profession": gold("PROFESSION", "教师; 司机; 农民; 会计; 厨师; 电工; 售货员; 木匠"),
        "country": gold("COUNTRY", "泰国; 日本; 韩国; 越南; 新加坡"),
    },
    phrases={
        "med": phrases("""
            二甲双胍 0.5g 每日两次; 氨氯地平 5mg 每日一次; 阿司匹林 100mg; 奥美拉唑 20mg; 呋塞米
            20mg; 阿托伐他汀 20mg 睡前
        """),
        "dx": phrases("社区获得性肺炎; 2型糖尿病; 心房颤动; 股骨颈骨折; 急性胆囊炎; 心力衰竭"),
        "complaint": phrases("胸痛; 活动后气促; 发热咳嗽; 腹痛; 头晕; 腰痛"),
        "test": phrases("血常规; 生化全套; 凝血功能; 尿常规; 血气分析; 肌钙蛋白"),
    },
    makers={
        **SHARED,
        "phone": numbers("PHONE", "010-0#######", "0##-0#######", "+86 10 0### ####",
            "100########"),
        "fax": numbers("FAX", "010-0#######", "0##-0#######"),
        "ssn": checked("SSN", "99####19##01##0##", _identity),
        "mrn": numbers("MRN", "########", "ZY######", "00######"),
        "plan": numbers("HEALTH_PLAN_ID", "99##########", "YB99######"),
        "licence": numbers("LICENSE_ID", "99###############", "EZ0######"),
        "zip": numbers("ZIPCODE", "99####"),
    },
    street=_street,
    styles=_STYLES,
    usual_styles=("long", "long", "iso", "dots", "slashes"),
)  # fmt: skip
"""Chinese of the mainland."""
