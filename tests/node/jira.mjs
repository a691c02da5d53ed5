// jira.js against a Cloud site served at `url`: version 5 with both REST APIs, and version 6, which
// speaks v3, sends wiki markup to v2, and checks every answer against Atlassian's description.

import { createCloudClient } from "jira.js";
import { Version2Client, Version3Client } from "jira.js-5";
import { input, report } from "./steps.mjs";

const given = await input();
const credentials = { email: given.email, apiToken: given.token };
const old = { host: given.url, authentication: { basic: credentials } };
const document = (text) => ({
  type: "doc",
  version: 1,
  content: [{ type: "paragraph", content: [{ type: "text", text }] }],
});

// What the versions of the package call differently.
const five = {
  comment: (body) => ({ comment: body }),
  upload: (filename, file) => ({ attachment: { filename, file } }),
  property: (value) => ({ propertyValue: value }),
  search: "searchForIssuesUsingJqlEnhancedSearch",
};
const clients = {
  v2: { ...five, client: new Version2Client(old), text: (text) => text },
  v3: { ...five, client: new Version3Client(old), text: document },
  newest: {
    client: createCloudClient({
      host: given.url,
      auth: { type: "basic", ...credentials },
      onSchemaMismatch: "throw",
    }),
    text: document,
    comment: (body) => ({ body }),
    upload: (filename, content) => ({ attachments: { filename, content } }),
    property: (value) => ({ body: value }),
    search: "searchAndReconsileIssuesUsingJql",
  },
};

const steps = {};
for (const [name, dialect] of Object.entries(clients)) {
  for (const [step, run] of Object.entries(stepsWith(dialect))) steps[`${name}.${step}`] = run;
}
steps["newest.wikiMarkup"] = wikiMarkup;
steps["newest.wrongToken"] = () => {
  const auth = { type: "basic", email: given.email, apiToken: "no" };
  return createCloudClient({ host: given.url, auth }).myself.getCurrentUser();
};
await report(steps);

function stepsWith({ client: jira, text, comment, upload, property, search }) {
  let key = "";
  let attachment = "";
  const fields = (summary, more = {}) => ({
    project: { key: "SUP" },
    issuetype: { name: "Task" },
    summary,
    ...more,
  });
  const read = (...names) => jira.issues.getIssue({ issueIdOrKey: key, fields: names });
  return {
    myself: () => jira.myself.getCurrentUser(),
    serverInfo: () => jira.serverInfo.getServerInfo(),
    searchProjects: async () => {
      const page = await jira.projects.searchProjects({ expand: "issueTypes,lead" });
      return page.values.map((project) => project.key);
    },
    projectStatuses: async () => {
      const types = await jira.projects.getAllStatuses({ projectIdOrKey: "SUP" });
      return types.find((type) => type.name === "Task").statuses.map((status) => status.name);
    },
    fields: async () => (await jira.issueFields.getFields()).map((field) => field.id),
    issueTypes: async () => {
      const page = await jira.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: "SUP" });
      return (page.issueTypes ?? page.createMetaIssueType).map((type) => type.name);
    },
    fieldsToCreate: async () => {
      const where = { projectIdOrKey: "SUP", issueTypeId: "10001", maxResults: 200 };
      const page = await jira.issues.getCreateIssueMetaIssueTypeId(where);
      return (page.fields ?? page.results).map((field) => field.fieldId);
    },
    createIssue: async () => {
      const more = { description: text("It burns."), labels: ["salesforce"] };
      const made = await jira.issues.createIssue({
        fields: fields("Printer on fire", { ...more, customfield_10055: { value: "Gold" } }),
        properties: [{ key: "salesforce-connector", value: { record: "500" } }],
      });
      key = made.key;
      return made;
    },
    getIssue: () => read("summary", "description", "labels", "customfield_10055"),
    getWholeIssue: async () => {
      const expand = "names,schema,renderedFields,transitions,editmeta,changelog";
      const issue = await jira.issues.getIssue({ issueIdOrKey: key, expand });
      return Object.keys(issue).sort();
    },
    editIssue: async () => {
      await jira.issues.editIssue({ issueIdOrKey: key, fields: { summary: "Put out" } });
      return (await read("summary")).fields.summary;
    },
    wrongField: () => jira.issues.createIssue({ fields: fields("x", { customfield_99999: 1 }) }),
    createIssues: async () => {
      const issueUpdates = [{ fields: fields("One") }, { fields: fields("a\nb") }];
      const made = await jira.issues.createIssues({ issueUpdates });
      return { issues: made.issues.length, failed: made.errors.map((one) => one.failedElementNumber) };
    },
    bulkFetchIssues: async () => {
      const wanted = { issueIdsOrKeys: [key, "SUP-99999"], fields: ["summary"] };
      const page = await jira.issues.bulkFetchIssues(wanted);
      return page.issues.map((issue) => issue.fields.summary);
    },
    transition: async () => {
      const { transitions } = await jira.issues.getTransitions({ issueIdOrKey: key });
      const { id } = transitions.find((transition) => transition.to.name === "Done");
      await jira.issues.doTransition({ issueIdOrKey: key, transition: { id } });
      return (await read("status", "resolution")).fields.status.name;
    },
    changelog: async () => {
      const { values } = await jira.issues.getChangeLogs({ issueIdOrKey: key });
      return values.flatMap((change) => change.items.map((item) => item.field));
    },
    comments: async () => {
      await jira.issueComments.addComment({ issueIdOrKey: key, ...comment(text("On our way.")) });
      const { comments } = await jira.issueComments.getComments({ issueIdOrKey: key });
      return comments.map((one) => one.body);
    },
    search: async () => {
      const jql = "project = SUP AND labels = salesforce ORDER BY created DESC";
      const wanted = { fields: ["summary"], properties: ["salesforce-connector"], maxResults: 50 };
      const { issues } = await jira.issueSearch[search]({ jql, ...wanted });
      const { fields, properties } = issues.find((issue) => issue.key === key);
      return [fields.summary, properties["salesforce-connector"]];
    },
    searchByPages: async () => {
      const body = { jql: "project = SUP ORDER BY key", fields: ["id"], maxResults: 1 };
      const first = await jira.issueSearch[`${search}Post`](body);
      const { nextPageToken } = first;
      const second = await jira.issueSearch[`${search}Post`]({ ...body, nextPageToken });
      return [...first.issues, ...second.issues].map((issue) => issue.key).length;
    },
    wrongQuery: () => jira.issueSearch[`${search}Post`]({ jql: "nothing = 1" }),
    countIssues: async () => (await jira.issueSearch.countIssues({ jql: "project = SUP" })).count > 0,
    addAttachment: async () => {
      const file = upload("log.bin", Buffer.from(given.file, "base64"));
      const added = await jira.issueAttachments.addAttachment({ issueIdOrKey: key, ...file });
      attachment = String(added[0].id);
      return { filename: added[0].filename, size: added[0].size };
    },
    getAttachmentContent: async () => {
      const content = await jira.issueAttachments.getAttachmentContent({ id: attachment });
      return Buffer.from(content).toString("base64");
    },
    properties: async () => {
      const where = { issueIdOrKey: key, propertyKey: "tested" };
      await jira.issueProperties.setIssueProperty({ ...where, ...property({ by: "jira.js" }) });
      const mark = { issueIdOrKey: key, propertyKey: "salesforce-connector" };
      const { value } = await jira.issueProperties.getIssueProperty(mark);
      return { tested: (await jira.issueProperties.getIssueProperty(where)).value, mark: value };
    },
    remoteLinks: async () => {
      await jira.issueRemoteLinks.createOrUpdateRemoteIssueLink({
        issueIdOrKey: key,
        globalId: "system=https://acme.example&id=500",
        object: { url: "https://acme.example/500", title: "Case 500" },
      });
      const links = await jira.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey: key });
      return links.map((link) => link.object.title);
    },
    findUsers: async () => {
      const found = await jira.userSearch.findUsers({ query: given.email });
      return found.map((user) => user.displayName);
    },
    getComponentsAndVersions: async () => {
      const components = await jira.projectComponents.getProjectComponents({ projectIdOrKey: "SUP" });
      const versions = await jira.projectVersions.getProjectVersions({ projectIdOrKey: "SUP" });
      return [...components, ...versions].map((each) => each.name);
    },
    priorities: async () => {
      const found = await jira.issuePriorities.searchPriorities({});
      return found.values.map((priority) => priority.name);
    },
  };
}

async function wikiMarkup() {
  const { client: jira } = clients.newest;
  const fields = { project: { key: "SUP" }, issuetype: { name: "Task" }, summary: "Marked up" };
  const { key } = await jira.issues.createIssue({ fields: { ...fields, description: "*bold*" } });
  await jira.issueComments.addComment({ issueIdOrKey: key, body: "h2. Heading\n\n_and text_" });
  const { comments } = await jira.issueComments.getComments({ issueIdOrKey: key });
  const issue = await jira.issues.getIssue({ issueIdOrKey: key, fields: ["description"] });
  const marks = issue.fields.description.content[0].content[0].marks;
  return { marks, blocks: comments[0].body.content.map((block) => block.type) };
}
