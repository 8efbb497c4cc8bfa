using SaliencyCluster.Attribution.Images;

namespace SaliencyCluster.Cli.Commands.Evidence;

/// <summary>What was asked of a command about evidence.</summary>
internal sealed record EvidenceArguments
{
    public required string Model { get; init; }

    public required IReadOnlyList<string> Inputs { get; init; }

    public required string Out { get; init; }

    public int? Lanes { get; init; }

    public required IReadOnlyList<string> Methods { get; init; }

    public int? Images { get; init; }

    public required int Seeds { get; init; }

    public string? Title { get; init; }

    public string? Masks { get; init; }

    public string? Groups { get; init; }

    public IReadOnlyList<string> GroupNames { get; init; } = [];

    public IReadOnlyList<string> Labels { get; init; } = [];

    public Preprocessing? Preprocessing { get; init; }
}
