using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Jobs;

/// <summary><c>saliency jobs reprioritize ID</c>: another weight or priority for the images that have not been started.</summary>
internal sealed class JobsReprioritizeCommand : CliCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The job." };
    private readonly Option<double?> _weight = new("--weight") { Description = "Its share against the tenant's other jobs, from 0.01 to 100; a new job has 1.", HelpName = "W" };
    private readonly Option<string?> _priority = new("--priority") { Description = "batch, or interactive (needs the role operate): before all batch work.", HelpName = "P" };
    private readonly EndpointOption _endpoint = new();

    public JobsReprioritizeCommand(CliHost host) : base("reprioritize", "Change the weight or priority of a job.", host)
    {
        Add(_id);
        foreach (var option in (Option[])[_weight, _priority, _endpoint]) Add(option);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var (weight, given) = (arguments.GetValue(_weight), arguments.GetValue(_priority));
        var priority = given switch
        {
            null => JobPriority.Unspecified,
            "batch" => JobPriority.Batch,
            "interactive" => JobPriority.Interactive,
            _ => throw new SaliencyException("SAL2502", $"--priority is '{given}'.", "It must be batch or interactive."),
        };
        if (weight is null && given is null) throw new SaliencyException("SAL2502", "Nothing is to be changed.", "Give --weight W or --priority P.");
        using var client = _endpoint.Connect(arguments, host.Clock);
        var job = await client.Jobs.ReprioritizeAsync(arguments.GetRequiredValue(_id), weight, priority, cancellation);
        if (host.Json) JsonPrinter.Print(host.Out, JobText.Json(job));
        else host.Out.WriteLine(FormattableString.Invariant($"{JobText.Summary(job)}\npriority {job.Priority.ToString().ToLowerInvariant()}, weight {job.Weight}"));
        return ExitCode.Ok;
    }
}
