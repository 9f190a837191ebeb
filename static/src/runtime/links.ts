/** The addresses of every page, said once. */
export const link = {
  applications: () => "/apps",
  application: (app: string) => `/a/${app}`,
  view: (app: string, view: string) => `/a/${app}/v/${view}`,
  drawer: (app: string, view: string, id: number) => `/a/${app}/v/${view}/${id}`,
  record: (app: string, entity: string, id: number) => `/a/${app}/r/${entity}/${id}`,
  create: (app: string, entity: string, form?: string) => `/a/${app}/n/${entity}${form ? `?form=${form}` : ""}`,
  bring: (app: string, entity: string, run?: number) => `/a/${app}/i/${entity}${run ? `/${run}` : ""}`,
  public: (app: string, form: string) => `/f/${app}/${form}`,
  board: (app: string, board: string) => `/a/${app}/b/${board}`,
  inbox: (box = "todo", task?: number | null) => `/inbox/${box}${task === undefined || task === null ? "" : `/${task}`}`,
  admin: (page: string) => `/admin/${page}`,
  design: (app: string) => `/design/${app}`,
};
