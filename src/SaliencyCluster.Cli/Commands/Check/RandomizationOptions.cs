using System.CommandLine;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Checks.Sanity;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary>The options of the randomisation test.</summary>
internal sealed class RandomizationOptions
{
    private static readonly Dictionary<string, LayerOrder> Orders = new()
    {
        ["from-output"] = LayerOrder.CascadingFromOutput, ["from-input"] = LayerOrder.CascadingFromInput, ["independent"] = LayerOrder.Independent,
    };

    private static readonly Dictionary<string, ClassRule> Classes = new() { ["original"] = ClassRule.Original, ["predicted"] = ClassRule.Predicted };

    private static readonly Dictionary<string, NormalizationStatistics> Statistics =
        new() { ["kept"] = NormalizationStatistics.Kept, ["reset"] = NormalizationStatistics.Reset };

    private readonly Option<string> _orders = new("--orders")
    {
        Description = "Orders of layers: from-output, from-input, independent. Default: all.", DefaultValueFactory = _ => string.Join(',', Orders.Keys), HelpName = "A,B,..",
    };

    private readonly Option<string> _class = new("--class")
    {
        Description = "Explain the class of the trained model (original) or of each randomised model (predicted).", DefaultValueFactory = _ => "original", HelpName = "RULE",
    };

    private readonly Option<string> _statistics = new("--statistics")
    {
        Description = "Moving statistics of batch normalisation: kept, as in the paper, or reset.", DefaultValueFactory = _ => "kept", HelpName = "RULE",
    };

    private readonly Option<bool> _smoothed = new("--smoothed") { Description = "Also test the mean of each method's maps over 50 noisy images (smooth MPRT); takes 50 times as long." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_orders, _class, _statistics, _smoothed]) command.Add(option);
    }

    /// <summary>Adds the test to a request.</summary>
    /// <exception cref="SaliencyException">SAL2503: a value is none of those that can be given.</exception>
    public EvaluationRequest AddTo(EvaluationRequest request, ParseResult arguments) => request with
    {
        Smoothed = arguments.GetValue(_smoothed),
        Randomization = new RandomizationCheck
        {
            Orders = [.. arguments.GetValue(_orders)!.Split(',', StringSplitOptions.TrimEntries).Select(o => OneOf("--orders", o, Orders))],
            Class = OneOf("--class", arguments.GetValue(_class)!, Classes),
            Statistics = OneOf("--statistics", arguments.GetValue(_statistics)!, Statistics),
        },
    };

    private static T OneOf<T>(string option, string value, Dictionary<string, T> known) => known.TryGetValue(value, out var found)
        ? found
        : throw new SaliencyException("SAL2503", $"{option} is '{value}'.", $"{Suggestion.For(value, known.Keys)}It must be one of: {string.Join(", ", known.Keys)}.");
}
