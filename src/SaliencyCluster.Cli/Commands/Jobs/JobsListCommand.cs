using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs list</c>: newest first.</summary>
internal sealed class JobsListCommand : CliCommand
{
    private readonly Option<int> _limit = new("--limit") { Description = "Most jobs to list.", DefaultValueFactory = _ => 50, HelpName = "N" };
    private readonly Option<bool> _all = new("--all-tenants")
    {
        Description = "List the jobs of every tenant (role admin); --limit holds for each.",
    };

    private readonly TenantOption _tenant = new();
    private readonly EndpointOption _endpoint = new();

    public JobsListCommand(CliHost host) : base("list", "List jobs, newest first.", host)
    {
        Add(_limit);
        Add(_all);
        Add(_tenant);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var all = arguments.GetValue(_all);
        if (all && arguments.GetRequiredValue(_tenant).Length > 0)
            throw new SaliencyException("SAL2503", "--all-tenants and --tenant exclude each other.", "Give one of them.");
        var tenants = all ? await client.ListTenantsAsync(cancellation) : [arguments.GetRequiredValue(_tenant)];
        var jobs = new List<(string Tenant, Job Job)>();
        foreach (var tenant in tenants)
        {
            var listed = client.Jobs.ListAsync(tenant, cancellation).Take(arguments.GetValue(_limit));
            await foreach (var job in listed.WithCancellation(cancellation)) jobs.Add((tenant, job));
        }
        if (host.Json)
            JsonPrinter.Print(host.Out, jobs.Select(j => all ? new { j.Tenant, Job = JobText.Json(j.Job) } : JobText.Json(j.Job)));
        else if (jobs.Count == 0) host.Out.WriteLine("No jobs yet. Submit one: saliency jobs submit --help");
        else TablePrinter.Print(host, [.. all ? ["tenant"] : (string[])[], "job", "state", "method", "model", "images", "created"],
            jobs.Select(j => (string[])[.. all ? [j.Tenant] : (string[])[], .. Row(j.Job)]));
        return ExitCode.Ok;
    }

    private static string[] Row(Job job) =>
        [job.JobId, JobText.State(job), job.Options.Method, job.Model, JobText.Images(job), job.CreatedAt.ToDateTimeOffset().ToString("u")];
}
