/** The made-up records of the fake server: the same ones each time, as many as are asked for. */
let seed = 7;
const random = () => ((seed = (seed * 16807) % 2147483647) - 1) / 2147483646;
const one = <T>(list: T[]): T => list[Math.floor(random() * list.length)]!;
const names = ["王芳", "李雷", "张伟", "陈静", "刘洋", "赵敏", "周杰", "吴桐", "郑爽", "孙丽", "欧阳明", "Emma Clark"];
export const people = names.map((name, index) => ({ id: index + 1, label: name, name, login: `user${index}`, lines: [one(["运维部", "财务部", "人力资源部", "研发中心"])], department: { id: 2, label: "运维部" }, is_admin: index === 0, is_active: true, roles: [{ application: "desk", id: "agent", label: "处理人" }] }));
const what = ["打印机卡纸", "会议室投影无法连接", "新员工开通账号", "VPN 频繁掉线", "显示器花屏", "服务器磁盘空间不足", "邮箱收不到外部邮件", "考勤机无法识别", "键盘失灵需要更换", "软件授权到期续费", "机房空调报警", "无线网络覆盖不足"];
const where = ["三楼东侧", "研发中心", "前台", "二号会议室", "财务室", "A 座 12 层", "北区机房", "培训教室"];
const day = (offset: number) => new Date(Date.now() + offset * 86400000).toISOString().slice(0, 10);

export interface Made {
  id: number;
  version: number;
  [field: string]: unknown;
}

export const projects: Made[] = ["办公楼网络改造", "新系统上线支持", "年度设备更新", "北区机房扩容", "信息安全整改"].map((name, index) => ({ id: index + 1, version: 1, name, label: name, owner: people[index]!, begin_on: day(-90 + index * 20), changed_at: new Date().toISOString() }));

export function tickets(count: number): Made[] {
  return Array.from({ length: count }, (_, index) => {
    const state = one(["new", "doing", "doing", "waiting", "done", "done", "closed"]);
    const who = one(people);
    return {
      id: index + 1, version: 1, number: `T2026-${String(index + 1).padStart(5, "0")}`, title: `${one(where)}${one(what)}`, label: "", state, urgency: one(["low", "normal", "normal", "high", "urgent"]), owner: random() < 0.1 ? null : { id: who.id, label: who.label }, project: random() < 0.3 ? null : { id: 1 + Math.floor(random() * 5), label: one(projects)["name"] },
      due_on: random() < 0.1 ? null : day(Math.floor(random() * 60) - 25), kinds: random() < 0.2 ? null : [...new Set([one(["network", "hardware", "account"]), one(["software", "print", "network"])])], cost: random() < 0.2 ? null : (random() * 20000).toFixed(2), progress: state === "done" || state === "closed" ? "1.0000" : (Math.floor(random() * 20) / 20).toFixed(4), rating: state === "closed" ? 1 + Math.floor(random() * 5) : null, phone: `13${Math.floor(1e8 + random() * 9e8)}`, email: random() < 0.5 ? "someone@example.com" : null, paid: random() < 0.5 ? random() < 0.5 : null, spent: random() < 0.4 ? null : Math.floor(random() * 200) * 600,
      description: random() < 0.5 ? "今天早上开始出现，重启之后好了一会儿又不行了。麻烦尽快安排同事过来看一下。" : null, place: random() < 0.4 ? { province: "浙江省", city: "杭州市", district: "西湖区", detail: "文三路 100 号" } : null, files: null, items: index % 3 ? [] : [{ id: 1, version: 1, thing: "硒鼓", quantity: 2, price: "320.00", bought_on: day(-3) }, { id: 2, version: 1, thing: "网线 20 米", quantity: 4, price: "58.50", bought_on: day(-2) }], total: index % 3 ? null : "874.00", salary: null,
      created_at: new Date(Date.now() - random() * 4e9).toISOString(), created_by: { id: 1, label: "王芳" }, changed_at: new Date(Date.now() - random() ** 3 * 1e9).toISOString(), changed_by: { id: who.id, label: who.label },
    };
  });
}
