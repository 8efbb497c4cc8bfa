using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>One row: where the batch axis of an operator's inputs comes out.</summary>
/// <param name="Op">The operator; with its domain in front where that is not the default one.</param>
/// <param name="Place">
/// Where the images lie in the outputs, each computed from its own part of the inputs alone; throws
/// <see cref="BatchMixed"/> where images would mix. That the output's shape grows there is checked besides.
/// </param>
internal sealed record BatchRule(string Op, Func<BatchContext, BatchPlace> Place)
{
    /// <summary>Gets where the images lie in an output by its index, where that is not the same for all outputs.</summary>
    public Func<BatchContext, int, BatchPlace>? PlaceOf { get; init; }

    /// <summary>Gets whether inputs are broadcast against each other.</summary>
    public bool Broadcasts { get; init; }

    /// <summary>A rule that finds the axis; how it counts stays.</summary>
    public BatchRule(string op, Func<BatchContext, int> axis)
        : this(op, c => new BatchPlace(axis(c), c.Outer))
    {
    }

    /// <summary>Inputs line up from the right; each element depends on elements in its own place.</summary>
    public static BatchRule Elementwise(string op) => new(op, c => c.Aligned(c.Op.Inputs.Count)) { Broadcasts = true };

    /// <summary>Only input 0 has images, in its first axis, as convolutions and pools take them.</summary>
    public static BatchRule First(string op) => new(op, c => c.Only(0) == 0 ? 0 : throw c.Mixed("its images are not along the first axis"));

    /// <summary>Only input 0 has images; the operator works along some of its axes, which may not be theirs. The rank stays.</summary>
    public static BatchRule Along(string op, Func<BatchContext, IEnumerable<int>> axes) => new(op, c => Untouched(c, axes(c)));

    /// <summary>The elements stay in order; the shape changes.</summary>
    public static BatchRule Reshaped(string op) => new(op, c => BatchReshape.Place(c));

    /// <summary>
    /// The axis of input 0, which must be the only one with images, if it is not among those that the operator works along.
    /// </summary>
    public static int Untouched(BatchContext c, IEnumerable<int> axes) =>
        axes.Contains(c.Only(0)) ? throw c.Mixed("it works along the axis of the images") : c.Only(0);
}
