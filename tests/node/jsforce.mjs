// jsforce, as its documentation shows it, against an org served at `url`.

import { Connection, Date as SfDate } from "jsforce";
import { input, report } from "./steps.mjs";

const given = await input();
const oauth2 = {
  loginUrl: given.url,
  clientId: "sandbox-client-id",
  clientSecret: "sandbox-client-secret",
};
const conn = new Connection({ oauth2, version: "67.0" });
await conn.authorize({ grant_type: "client_credentials" });
const ids = {};

const bodyOf = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("base64");
};

await report({
  loggedIn: () => ({ instanceUrl: conn.instanceUrl, organizationId: conn.userInfo.organizationId }),
  byPassword: async () => {
    const other = new Connection({ oauth2 });
    const user = await other.login("integration@acme.example", "sandbox-passwordsandbox-token");
    return user.organizationId;
  },
  bySessionId: async () => {
    const session = { instanceUrl: conn.instanceUrl, accessToken: conn.accessToken };
    return (await new Connection(session).query("SELECT Id FROM Organization")).totalSize;
  },
  wrongSecret: () => {
    const wrong = new Connection({ oauth2: { ...oauth2, clientSecret: "no" } });
    return wrong.authorize({ grant_type: "client_credentials" });
  },
  renewsSession: async () => {
    const refreshFn = (old, done) =>
      old.oauth2
        .requestToken({ grant_type: "client_credentials" })
        .then((token) => done(null, token.access_token), done);
    const session = { instanceUrl: conn.instanceUrl, accessToken: "00D!expired", oauth2, refreshFn };
    return (await new Connection(session).query("SELECT Id FROM Organization")).totalSize;
  },
  identity: () => conn.identity(),
  identityBySessionId: () => {
    const session = { instanceUrl: conn.instanceUrl, accessToken: conn.accessToken };
    return new Connection(session).identity();
  },
  limits: () => conn.limits(),
  apiUsage: () => conn.limitInfo?.apiUsage,
  versions: () => conn.request("/services/data/"),
  describeGlobal: async () => {
    const { sobjects } = await conn.describeGlobal();
    return sobjects.map((sobject) => sobject.name);
  },
  describe: async () => {
    const { fields, keyPrefix, childRelationships } = await conn.describe("Case");
    return {
      keyPrefix,
      fields: fields.map((field) => field.name),
      children: childRelationships.map((relation) => relation.relationshipName),
    };
  },
  create: async () => {
    const made = await conn.sobject("Case").create({ Subject: "Printer on fire" });
    ids.one = made.id;
    return made;
  },
  retrieve: () => conn.sobject("Case").retrieve(ids.one),
  update: () => conn.sobject("Case").update({ Id: ids.one, Subject: "Put out" }),
  createMany: async () => {
    const records = Array.from({ length: 250 }, (_, n) => ({ Subject: `Case ${n}` }));
    const made = await conn.sobject("Case").create(records, { allowRecursive: true });
    ids.many = made.map((each) => each.id);
    return made.filter((each) => each.success).length;
  },
  createSome: async () => {
    const made = await conn.sobject("Case").create([{ Subject: "fine" }, { Nonsense__c: 1 }]);
    return made.map((each) => [each.success, each.errors?.map((error) => error.statusCode)]);
  },
  retrieveMany: async () => {
    const found = await conn.sobject("Case").retrieve(ids.many.slice(0, 3));
    return found.map((record) => record.Subject);
  },
  updateMany: async () => {
    const changes = ids.many.slice(0, 3).map((Id) => ({ Id, Priority: "High" }));
    return (await conn.sobject("Case").update(changes)).map((each) => each.success);
  },
  upsert: async () => {
    const upsert = (record) => conn.sobject("Case").upsert(record, "Jira_Key__c");
    const first = await upsert({ Jira_Key__c: "SUP-1", Subject: "a" });
    const again = await upsert({ Jira_Key__c: "SUP-1", Subject: "b" });
    const all = await conn.sobject("Case").find({ Jira_Key__c: "SUP-1" }, ["Id", "Subject"]);
    return { first, again, all };
  },
  upsertMany: async () => {
    const records = ["SUP-1", "SUP-2"].map((key) => ({ Jira_Key__c: key, Subject: "c" }));
    const done = await conn.sobject("Case").upsert(records, "Jira_Key__c");
    return done.map((each) => [each.success, each.created]);
  },
  createChild: () =>
    conn.sobject("CaseComment").create({ ParentId: ids.one, CommentBody: "On our way." }),
  odd: () => conn.sobject("Case").create({ Subject: "it's \"odd\"", Priority: "High" }),
  query: () => conn.query("SELECT Id, CaseNumber, Owner.Name FROM Case ORDER BY CaseNumber LIMIT 2"),
  queryMore: async () => {
    let page = await conn.query("SELECT Id FROM Case WHERE Subject LIKE 'Case %'");
    const sizes = [page.records.length];
    while (!page.done) {
      page = await conn.queryMore(page.nextRecordsUrl);
      sizes.push(page.records.length);
    }
    return { sizes, totalSize: page.totalSize };
  },
  autoFetch: async () => {
    const query = conn.query("SELECT Id FROM Case WHERE Subject LIKE 'Case %'");
    return (await query.run({ autoFetch: true, maxFetch: 1000 })).records.length;
  },
  stream: () =>
    new Promise((resolve, reject) => {
      let count = 0;
      const query = conn.query("SELECT Id FROM Case WHERE Subject LIKE 'Case %'");
      query.on("record", () => (count += 1));
      query.on("end", () => resolve(count)).on("error", reject);
      query.run({ autoFetch: true, maxFetch: 1000 });
    }),
  builtQuery: () =>
    conn
      .sobject("Case")
      .find({
        $or: [{ Subject: { $like: "Case 1_" } }, { Subject: "it's \"odd\"" }],
        Priority: { $in: ["Medium", "High"] },
        CreatedDate: { $gte: SfDate.LAST_N_DAYS(2) },
      })
      .select("Id, Subject")
      .sort({ Subject: 1 })
      .limit(50)
      .execute(),
  childQuery: async () => {
    const soql = `SELECT Id, (SELECT CommentBody FROM CaseComments) FROM Case WHERE Id = '${ids.one}'`;
    const [{ CaseComments }] = (await conn.query(soql)).records;
    return CaseComments.records.map((comment) => comment.CommentBody);
  },
  count: () => conn.sobject("Case").count({ Subject: { $like: "Case %" } }),
  badQuery: () => conn.query("SELECT Nothing FROM Case"),
  search: async () => {
    const found = await conn.search("FIND {Put out} IN ALL FIELDS RETURNING Case(Id, Subject)");
    return found.searchRecords;
  },
  composite: async () => {
    const base = `/services/data/v${conn.version}`;
    const compositeRequest = [
      { method: "POST", url: `${base}/sobjects/Account`, referenceId: "acme", body: { Name: "Acme" } },
      { method: "GET", url: `${base}/sobjects/Account/@{acme.id}?fields=Name`, referenceId: "read" },
    ];
    return conn.requestPost(`${base}/composite`, { allOrNone: true, compositeRequest });
  },
  batch: async () => {
    const version = `v${conn.version}`;
    const batchRequests = ["limits", "sobjects/Case/nothing"].map((path) => ({
      method: "GET",
      url: `${version}/${path}`,
    }));
    return conn.requestPost(`/services/data/${version}/composite/batch`, { batchRequests });
  },
  uploadFile: async () => {
    const made = await conn.sobject("ContentVersion").create({
      Title: "log",
      PathOnClient: "log.bin",
      VersionData: given.file,
      FirstPublishLocationId: ids.one,
    });
    ids.version = made.id;
    return made;
  },
  downloadFile: () => bodyOf(conn.sobject("ContentVersion").record(ids.version).blob("VersionData")),
  filesOfRecord: async () => {
    const links = await conn
      .sobject("ContentDocumentLink")
      .find({ LinkedEntityId: ids.one }, ["ContentDocument.Title", "ContentDocument.FileExtension"]);
    return links.map(({ ContentDocument: file }) => `${file.Title}.${file.FileExtension}`);
  },
  destroy: () => conn.sobject("Case").destroy(ids.one),
  destroyMany: async () => {
    const done = await conn.sobject("Case").destroy(ids.many, { allowRecursive: true });
    return done.filter((each) => each.success).length;
  },
  logout: async () => {
    const other = new Connection({ oauth2 });
    await other.authorize({ grant_type: "client_credentials" });
    const session = { instanceUrl: other.instanceUrl, accessToken: other.accessToken };
    await other.logout();
    return new Connection(session).query("SELECT Id FROM Organization");
  },
  history: async () => {
    const day = 24 * 3600 * 1000;
    const now = Date.now();
    const between = [new Date(now - day / 2).toISOString(), new Date(now + day / 2).toISOString()];
    const { deletedRecords } = await conn.sobject("Case").deleted(...between);
    const { ids: updated } = await conn.sobject("Case").updated(...between);
    return { deleted: deletedRecords.length, updated: updated.length > 0 };
  },
  deletedToo: async () => {
    const soql = "SELECT Id FROM Case WHERE IsDeleted = true";
    return (await conn.query(soql, { scanAll: true })).totalSize;
  },
  retrieveGone: () => conn.sobject("Case").retrieve(ids.one),
});
