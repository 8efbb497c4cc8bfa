using System.CommandLine;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Evaluation.Plans;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary><c>saliency evaluate all</c>: every check in one report, so that measures stand side by side.</summary>
internal sealed class AllCommand : CliCommand
{
    private readonly CheckOptions _options = new();
    private readonly RandomizationOptions _randomization = new();
    private readonly Option<string?> _shuffled = new("--shuffled") { Description = "Model trained on shuffled labels: adds data randomisation.", HelpName = "NAME|FILE" };
    private readonly Option<string[]> _beside = new("--beside")
    {
        Description = "Further models for localisation, which --masks or --boxes adds.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME|FILE", DefaultValueFactory = _ => [],
    };

    public AllCommand(CliHost host) : base("all", "Every check in one report.", host)
    {
        _options.AddTo(this);
        _randomization.AddTo(this);
        Add(_shuffled);
        Add(_beside);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliHost host, CancellationToken cancellation) =>
        _options.RunAsync(arguments, "Evidence", r => Everything(_randomization.AddTo(r, arguments), arguments), host, cancellation);

    private EvaluationRequest Everything(EvaluationRequest request, ParseResult arguments) => request with
    {
        ShuffledLabels = arguments.GetValue(_shuffled),
        RandomLogit = new(),
        InsertionDeletion = new(),
        PixelFlipping = new(),
        Road = new(),
        Infidelity = new(),
        Sensitivity = new(),
        LocalizationBeside = _options.HasMasks(arguments) ? arguments.GetValue(_beside)! : null,
    };
}
