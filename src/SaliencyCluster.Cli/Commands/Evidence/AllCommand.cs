using System.CommandLine;
using SaliencyCluster.Attribution.Evidence.Checks;
using SaliencyCluster.Attribution.Evidence.Checks.OneMap;
using SaliencyCluster.Attribution.Evidence.Checks.Perturbed;
using SaliencyCluster.Attribution.Evidence.Checks.Randomness;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Cli.Commands.Evidence;

/// <summary><c>saliency evaluate all</c>: every check in one report, so that measures stand side by side.</summary>
internal sealed class AllCommand : CliCommand
{
    private readonly EvidenceOptions _options = new();
    private readonly RandomizationOptions _randomization = new();
    private readonly Option<string?> _shuffled = new("--shuffled") { Description = "ONNX file trained on shuffled labels: adds data randomisation.", HelpName = "FILE" };
    private readonly Option<string[]> _beside = new("--beside")
    {
        Description = "Further models for localisation, which --masks adds.", AllowMultipleArgumentsPerToken = true, HelpName = "FILE", DefaultValueFactory = _ => [],
    };

    public AllCommand(CliHost host) : base("all", "Every check in one report.", host)
    {
        _options.AddTo(this);
        _randomization.AddTo(this);
        Add(_shuffled);
        Add(_beside);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation)
    {
        var what = _options.Read(arguments);
        var run = new EvidenceRun(what, host);
        var checks = new List<IEvidenceCheck>(_randomization.Checks(arguments));
        if (arguments.GetValue(_shuffled) is { } shuffled) checks.Add(new DataRandomizationCheck(run.Other(shuffled).ForChecks()));
        checks.AddRange([new RandomLogitCheck(), new InsertionDeletionCheck(), new PixelFlippingCheck(), new RoadCheck(), new InfidelityCheck(), new SensitivityCheck()]);
        if (what.Masks is not null) checks.Add(new LocalizationCheck([.. arguments.GetValue(_beside)!.Select(path => run.Other(path).ForChecks())]));
        return run.RunAsync("Evidence", checks, _randomization.Smoothed(arguments), cancellation);
    }
}
