using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Autodiff.PackedForms;

/// <summary>A packed tensor that is not made before somebody reads it, so that its operator can take what follows along.</summary>
/// <param name="append">Appends the operator: for the shape of the result, with what was taken along.</param>
internal sealed class PackedValue(Func<PackedShape, PackedEnd, Value> append)
{
    private Value? _made;

    /// <summary>Gets or sets what the operator does last.</summary>
    public PackedEnd End { get; set; } = new();

    /// <summary>Gets whether the operator can still take a summand along.</summary>
    public bool TakesResidual { get; init; }

    /// <summary>Gets whether the operator can still take a Relu along.</summary>
    public bool TakesRelu { get; init; }

    /// <summary>Gets whether the operator can take a mask along.</summary>
    public bool TakesMask { get; init; } = true;

    /// <summary>Gets the one tensor whose mask the operator can take along; null where it takes any.</summary>
    public Value? OnlyMask { get; init; }

    /// <summary>Gets whether it was made.</summary>
    public bool IsMade => _made is not null;

    /// <summary>Makes it, once.</summary>
    public Value Make(PackedShape shape) => _made ??= append(shape, End);
}

/// <summary>What an operator does with its result, in this order; tensors are packed, with their halos.</summary>
internal sealed record PackedEnd
{
    public (Value Value, int Halo)? Residual { get; init; }

    public bool Relu { get; init; }

    public (Value Value, int Halo)? Mask { get; init; }
}
