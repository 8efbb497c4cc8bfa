using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Cli.Connection;
using SaliencyCluster.Cli.Errors;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Hosting.Doctor;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Doctor;

/// <summary><c>saliency doctor</c>: checks a deployment, from outside as a client sees it or from inside with a process's own settings.</summary>
internal sealed class DoctorCommand : CliCommand
{
    private readonly EndpointOption _endpoint = new();
    private readonly Option<bool> _inside = new("--inside")
    {
        Description = "Check configuration, database, blob store and ports of this host instead: settings come from the environment and appsettings.json.",
    };

    private readonly Option<int> _wait = new("--wait")
    {
        Description = "Seconds to wait for the explanation; a pool at zero must start a worker first.", DefaultValueFactory = _ => 120, HelpName = "S",
    };

    public DoctorCommand(CliHost host) : base("doctor", "Check a deployment and say what to do about what is wrong.", host)
    {
        foreach (var option in (Option[])[_endpoint, _inside, _wait]) Add(option);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var wait = arguments.GetValue(_wait);
        if (wait is < 1 or > 86_400) throw new SaliencyException("SAL2503", $"--wait is '{wait}'.", "It must be from 1 to 86400 seconds.");
        var results = arguments.GetValue(_inside)
            ? await InsideDoctor.RunAsync(
                new ConfigurationBuilder().AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true).AddEnvironmentVariables().Build(),
                configuration => GatewayOptionsReader.Read(configuration), host.Clock, cancellation)
            : await OutsideAsync(arguments, host, TimeSpan.FromSeconds(wait), cancellation);
        DoctorReport.Print(host.Out, results, host.Json);
        if (DoctorReport.IsHealthy(results)) return ExitCode.Ok;
        return results.Any(r => r is { Code: "SAL9401", Outcome: CheckOutcome.Failed }) ? ExitCode.Unreachable : ExitCode.Failed;
    }

    private async Task<IReadOnlyList<CheckResult>> OutsideAsync(ParseResult arguments, CliHost host, TimeSpan wait, CancellationToken cancellation)
    {
        using var client = _endpoint.Connect(arguments, host.Clock);
        var endpoint = new Uri(arguments.GetRequiredValue(_endpoint));
        var results = new List<CheckResult>(await ConnectionChecks.RunAsync(endpoint, AccessOptions.Authorities(arguments), host.Clock, cancellation));
        if (!DoctorReport.IsHealthy(results)) return results;
        results.AddRange(await GatewayChecks.RunAsync(client, host.Clock, cancellation));
        results.Add(await ExplanationCheck.RunAsync(client, wait, host.Clock, cancellation));
        return results;
    }
}
