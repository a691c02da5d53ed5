// Works through an issue's life with the public client jira.js and prints what it saw as JSON.
// Arguments: the folder with node_modules, and the site's address.
import { pathToFileURL } from 'node:url';

const [folder, host] = process.argv.slice(2);
const { createCloudClient } = await import(
  pathToFileURL(`${folder}/node_modules/jira.js/dist/index.js`)
);
const jira = createCloudClient({
  host,
  auth: { type: 'basic', email: 'connector@acme.example', apiToken: 'sandbox-api-token' },
  // An answer of another shape than the client knows ends the script.
  onSchemaMismatch: 'throw',
});

const saw = {};
const fields = { project: { key: 'SUP' }, issuetype: { name: 'Task' }, summary: 'From JavaScript' };
const { key } = await jira.issues.createIssue({ fields: { ...fields, description: 'some *text*' } });
const issue = { issueIdOrKey: key };
const type = { projectIdOrKey: 'SUP', issueTypeId: '10001' };

saw.deployment = (await jira.serverInfo.getServerInfo()).deploymentType;
saw.me = (await jira.myself.getCurrentUser()).displayName;
saw.projects = (await jira.projects.searchProjects()).values.map(project => project.key);
saw.statuses = (await jira.projects.getAllStatuses({ projectIdOrKey: 'SUP' }))[0].statuses.length;
saw.fields = (await jira.issueFields.getFields()).some(field => field.id === 'customfield_10057');
saw.createFields = (await jira.issues.getCreateIssueMetaIssueTypeId(type)).fields.length > 10;

await jira.issues.editIssue({ ...issue, fields: { summary: 'Edited' } });
const body = { type: 'doc', version: 1, content: [
  { type: 'paragraph', content: [{ type: 'text', text: 'Said so' }] },
] };
await jira.issueComments.addComment({ ...issue, body });
saw.comments = (await jira.issueComments.getComments(issue)).comments.map(comment => comment.body);
saw.body = body;

const steps = (await jira.issues.getTransitions({ ...issue, expand: 'transitions.fields' })).transitions;
const done = steps.find(step => step.name === 'Done');
await jira.issues.doTransition({ ...issue, transition: { id: done.id } });
saw.log = (await jira.issues.getChangeLogs(issue)).values.flatMap(entry => entry.items.map(item => item.field));

const content = Buffer.from('hello');
const [file] = await jira.issueAttachments.addAttachment({
  ...issue, attachments: [{ filename: 'a.txt', content }],
});
const bytes = await jira.issueAttachments.getAttachmentContent({ id: file.id });
saw.file = Buffer.from(bytes).toString();

const link = { url: 'https://a.example', title: 'A page' };
await jira.issueRemoteLinks.createOrUpdateRemoteIssueLink({ ...issue, globalId: 'g', object: link });
saw.links = (await jira.issueRemoteLinks.getRemoteIssueLinks(issue)).length;
await jira.issueProperties.setIssueProperty({ ...issue, propertyKey: 'mark', body: { a: 1 } });

const found = await jira.issueSearch.searchAndReconsileIssuesUsingJqlPost({
  jql: 'summary ~ edited', fields: ['summary', 'status'], properties: ['mark'],
});
saw.found = found.issues.map(each => [each.key === key, each.fields.summary, each.properties.mark]);
const users = await jira.userSearch.findUsers({ query: 'jane@acme.example' });
saw.users = users.map(user => user.displayName);
await jira.issues.deleteIssue(issue);
console.log(JSON.stringify(saw));
