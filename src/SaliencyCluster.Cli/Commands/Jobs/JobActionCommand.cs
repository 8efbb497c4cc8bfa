using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Client.Jobs;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary>A command that does one thing to one job and prints the job as it is then.</summary>
internal sealed class JobActionCommand : CliCommand
{
    private readonly Func<JobClient, string, string, CancellationToken, Task<Job>> _action;
    private readonly Argument<string> _id = new("ID") { Description = "The job." };
    private readonly TenantOption? _tenant;
    private readonly EndpointOption _endpoint = new();

    /// <summary>Makes a command for jobs of the caller's own tenant.</summary>
    public JobActionCommand(CliHost host, string name, string description, Func<JobClient, string, CancellationToken, Task<Job>> action)
        : this(host, name, description, (jobs, id, _, cancellation) => action(jobs, id, cancellation), tenant: null)
    {
    }

    /// <summary>Makes a command for jobs of any tenant.</summary>
    public JobActionCommand(CliHost host, string name, string description, Func<JobClient, string, string, CancellationToken, Task<Job>> action)
        : this(host, name, description, action, new TenantOption())
    {
    }

    private JobActionCommand(
        CliHost host, string name, string description, Func<JobClient, string, string, CancellationToken, Task<Job>> action, TenantOption? tenant)
        : base(name, description, host)
    {
        (_action, _tenant) = (action, tenant);
        Add(_id);
        if (tenant is not null) Add(tenant);
        Add(_endpoint);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var tenant = _tenant is null ? "" : arguments.GetRequiredValue(_tenant);
        var job = await _action(client.Jobs, arguments.GetRequiredValue(_id), tenant, cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, JobText.Json(job));
        else host.Out.WriteLine(JobText.Summary(job));
        return ExitCode.Ok;
    }
}
