using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary>What was asked of a command about evidence.</summary>
internal sealed record CheckArguments
{
    public required string Model { get; init; }

    public required IReadOnlyList<string> Inputs { get; init; }

    public required string Out { get; init; }

    /// <summary>Gets lanes of a local run; null for one per processor.</summary>
    public int? Lanes { get; init; }

    /// <summary>Gets the id on the cluster; null lets the gateway make one up.</summary>
    public string? Id { get; init; }

    public IReadOnlyList<string> Methods { get; init; } = [];

    public int? Images { get; init; }

    public required int Seeds { get; init; }

    public string? Title { get; init; }

    public string? Masks { get; init; }

    public string? Groups { get; init; }

    public IReadOnlyList<string> GroupNames { get; init; } = [];

    public ModelFacts Facts { get; init; } = ModelFacts.None;

    /// <summary>Makes a request without checks.</summary>
    /// <param name="title">Title of the report, unless the user gave one.</param>
    /// <param name="model">Name of the model.</param>
    public EvaluationRequest Request(string title, string model) => new() { Title = Title ?? $"{title}: {model}", Methods = Methods, Seeds = Seeds };
}
