"""Made-up women and what befell them: seeded, so that two loads hold the same words; nobody is real."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

SURNAMES = "陈李黄张梁何谭谢邓林关周吴罗胡冯许余劳司徒方甄伍"
GIVEN = "秀英丽芳敏静燕玲娟霞红梅兰桂珍玉凤洁雪云莲爱琼艳华萍欣怡慧琳颖彤诗雅"
HOURS = ("工作日 09:00–11:30", "晚上八点以后", "周三下午", "他上夜班的时候", "只在午休")
ALIASES = ("表姐", "学校老师", "社区王姨", "单位工会", "卫生站")
NEVER = "不要往家里打电话，不要发短信，不要提妇联。"
SAID = (
    "她说昨晚又吵起来，他把门反锁了，孩子在旁边哭。她想先知道能不能带孩子出去住几天，"
    "也想知道报警以后会怎么样。以前也动过手，去年冬天去过一次医院，没有留病历。"
)
WISH = "想先离开一段时间，孩子要跟她在一起。"
NARRATIVE = "饭后争执，他推搡她并摔坏手机，邻居听见后敲门才停手。右臂有瘀青，已拍照。"
PURPOSE = "问她和孩子这几天是否平安，约下次见面。"
PLACES = ("长沙", "三埠", "水口", "月山", "沙塘", "苍城", "龙胜", "大沙", "马冈", "塘口")


@dataclass(frozen=True)
class Woman:
    """The words that are sealed about one woman, and her telephone."""

    name: str
    phone: str
    identity_number: str
    birth_date: str
    address_town: str
    address_rest: str
    safe_hours: str
    alias: str


def woman(rng: random.Random) -> Woman:
    """One woman, from the generator's next numbers."""
    name = rng.choice(SURNAMES) + rng.choice(GIVEN) + (rng.choice(GIVEN) if rng.random() < 0.8 else "")
    born = datetime.date(1950, 1, 1) + datetime.timedelta(days=rng.randrange(20_000))
    return Woman(
        name=name,
        phone=f"1{rng.choice('3578')}{rng.randrange(10**9):09d}",
        identity_number=f"440783{born:%Y%m%d}{rng.randrange(1000):03d}X",
        birth_date=born.isoformat(),
        address_town=rng.choice(PLACES),
        address_rest=f"{rng.randrange(1, 200)} 号 {rng.randrange(1, 30)} 栋 {rng.randrange(101, 999)}",
        safe_hours=rng.choice(HOURS),
        alias=rng.choice(ALIASES),
    )
