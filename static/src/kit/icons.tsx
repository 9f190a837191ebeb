/** The pictures definitions may name, and the ones screens use: line icons of one hand and weight. */
import {
  Activity, Archive, BarChart3, Bell, Bike, Book, BookOpen, Box, Briefcase, Bug, Building2, Calendar, Camera, ChartGantt, ChartLine, ChartPie, CheckSquare, CircleDollarSign,
  ClipboardList, Clock, Cog, Contact, CreditCard, Database, FileText, Flag, Folder, Gauge, Gift, GitFork, Globe, GraduationCap, Hammer, Heart, Home, Inbox, KanbanSquare,
  Layers, LayoutDashboard, LayoutGrid, Lightbulb, ListTodo, type LucideIcon, Mail, Map, MapPin, Megaphone, MessageSquare, NotebookPen, Package, Percent, Phone,
  Plane, Receipt, Rocket, ScrollText, Settings, Shield, ShoppingBag, ShoppingCart, Star, Store, Table2, Tag, Tags, Target, Ticket, Truck, User, Users, Wallet, Workflow, Wrench,
} from "lucide-react";
import { colour } from "./tokens";

export type Icon = LucideIcon;

const named: Record<string, Icon> = {
  activity: Activity, archive: Archive, chart: BarChart3, bar: BarChart3, gantt: ChartGantt, line: ChartLine, pie: ChartPie, bell: Bell, bike: Bike, book: Book, read: BookOpen, box: Box,
  briefcase: Briefcase, bug: Bug, building: Building2, calendar: Calendar, camera: Camera, check: CheckSquare, task: CheckSquare, money: CircleDollarSign,
  clipboard: ClipboardList, clock: Clock, contact: Contact, card: CreditCard, data: Database, file: FileText, flag: Flag, branch: GitFork, folder: Folder, gauge: Gauge, gift: Gift,
  globe: Globe, graduation: GraduationCap, hammer: Hammer, heart: Heart, home: Home, inbox: Inbox, kanban: KanbanSquare, layers: Layers, board: LayoutDashboard,
  dashboard: LayoutDashboard, grid: LayoutGrid, idea: Lightbulb, todo: ListTodo, mail: Mail, map: Map, pin: MapPin, megaphone: Megaphone, message: MessageSquare,
  note: NotebookPen, package: Package, percent: Percent, phone: Phone, plane: Plane, receipt: Receipt, rocket: Rocket, scroll: ScrollText, rule: Workflow, order: ScrollText,
  settings: Settings, gear: Cog, shield: Shield, bag: ShoppingBag, cart: ShoppingCart, star: Star, shop: Store, store: Store, table: Table2, list: Table2, tag: Tag,
  tags: Tags, apartment: Building2, bars: ListTodo, global: Globe, idcard: Contact, shopping: ShoppingBag, user_group: Users, target: Target, ticket: Ticket, truck: Truck, user: User, users: Users, people: Users, team: Users, wallet: Wallet, wrench: Wrench,
};

export const iconNames = Object.keys(named);
export const iconOf = (name: string | undefined | null, otherwise: Icon = Table2): Icon => (name && named[name]) || otherwise;

/** The square of an application: its picture on its colour. */
export function Badge({ icon, color, size = 28 }: { icon?: string | undefined; color?: string | undefined; size?: number }) {
  const Picture = iconOf(icon, LayoutGrid);
  const name = colour(color, "teal");
  return (
    <span className="badge" style={{ width: size, height: size, background: `var(--${name})`, color: `var(--${name}-text)` }} aria-hidden>
      <Picture size={size * 0.58} strokeWidth={1.9} />
    </span>
  );
}
