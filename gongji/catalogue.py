"""All commands, in the panels in which the help lists them."""

from __future__ import annotations

# By panel and name: where a command stands below `gongji.commands`, imported when it is called, and its help.
PANELS = {
    "开始与运行 Start and run": {
        "demo": ("demo:demo", "演示 Build a demo town with a year of its life, and start it. Started again, it goes on where it left off."),
        "up": ("town:up", "启动本镇 Start all processes of the town and keep them running until Ctrl-C."),
        "status": ("status:status", "查看状态 Show which processes are running, and whether the portal says that all is well."),
        "doctor": ("town:doctor", "体检 Check what a town needs on this machine, and say how to get what is missing."),
    },
    "资金 Money": {
        "ledger": ("ledger:app", "账本 The ledger: who gave, paid or earned what; `transfer` is another name for it."),
        "fund": ("fund:app", "基金 Funds."),
        "request": ("proposal:app", "申请 Requests for money; `proposal` is another name for it."),
        "campaign": ("campaign:app", "众筹 Campaigns."),
    },
    "时间与劳动 Hours and work": {
        "time": ("time:app", "时间银行 Tasks and hours."),
        "coop": ("coop:app", "微工厂 Micro-factories and earnings."),
    },
    "成员、设备与资料 Members, devices and records": {
        "member": ("member:app", "成员 Members, keys, roles."),
        "change": ("change:app", "改动 Changes of rules, offices and keys, which wait in public; stop one as the guardian."),
        "office": ("holder:app", "职务 Give an office to a key or take it away, as the administrator; it waits in public."),
        "device": ("device:app", "设备 Devices whose signatures count."),
        "register": ("register:app", "本镇资料 Names, places, documents and secrets that are not on chain."),
    },
    "办理与签名 Act and sign": {
        "act": ("act:app", "行为 Do any act of the contracts, with your own key or as an office."),
        "sign": ("sign:app", "签名 Read what you sign before you sign it."),
        "receipt": ("receipt:app", "回执 Check what a portal acknowledged, and carry it by another one."),
    },
    "核账 Audit": {
        "audit": ("audit:app", "核账 Collect the evidence and prove it offline."),
        "verify": ("verify:verify", "核验 Look up a code or a document. For proof without trusting this mirror, use `gongji audit`."),
    },
    "链与进程 Chain and processes": {
        "chain": ("chain:app", "链 Run the embedded chain, build and deploy the contracts, explain their acts."),
        "index": ("processes:index", "镜像 Mirror of the chain."),
        "relay": ("processes:relay", "中继 Relayer."),
        "portal": ("processes:portal", "门户 API and pages."),
        "ingest": ("processes:ingest", "设备事件 Device events over MQTT."),
        "keep": ("processes:keep", "值守 Keeper."),
    },
    "试验与测量 Try and measure": {
        "sim": ("sim:app", "模拟 A simulated device."),
        "bench": ("bench:bench", "性能测量 Run the benchmarks of the checkout. They need what `./run test` installs."),
    },
}  # fmt: skip
COMMANDS = {name: entry for panel in PANELS.values() for name, entry in panel.items()}
# Other names, which scripts may rely on and no help lists.
ALIASES = {"proposal": "request", "transfer": "ledger"}
