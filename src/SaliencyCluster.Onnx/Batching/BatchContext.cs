using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>What a batch rule sees: the node at the wanted batch, and the same tensors at the reference batch.</summary>
/// <param name="op">The node with its inputs at the wanted batch.</param>
/// <param name="reference">The node's inputs and outputs at the reference batch.</param>
/// <param name="from">The reference batch: the one that the model declares.</param>
/// <param name="batch">The wanted batch.</param>
internal sealed class BatchContext(OpContext op, VisitedNode reference, long from, long batch)
{
    public OpContext Op => op;

    /// <summary>Gets the reference batch.</summary>
    public long From => from;

    public long Batch => batch;

    /// <summary>Gets the shape of the first output at the wanted batch, once it is inferred.</summary>
    public long[] OutputShape { get; init; } = [];

    public long[] ReferenceShape(int input) => reference.Inputs[input]!.Type.Shape;

    /// <summary>Gets the shape of the first output at the reference batch.</summary>
    public long[] ReferenceOutput => reference.Outputs[0].Type.Shape;

    /// <summary>The size for the wanted batch of an axis that has this one at the reference batch.</summary>
    public long Scaled(long size) => size % from == 0 ? size / from * batch : throw Mixed($"an axis of {size} is no {from} images");

    /// <summary>Gets whether any input depends on the images or their number.</summary>
    public bool Concerned => op.Inputs.Any(i => i is { Batch: not null } or { VariesWithBatch: true });

    /// <summary>The axis along which an input's images lie, or null for an input that is the same for all images.</summary>
    public int? AxisOf(int input) => !op.Has(input) ? null
        : op.Operand(input).VariesWithBatch ? throw Mixed($"the value of input {input} depends on the number of images")
        : op.Operand(input).Batch?.Axis;

    /// <summary>How the images' axis counts, which all inputs with images must agree on.</summary>
    public long Outer => op.Inputs.Where(i => i?.Batch is not null).Select(i => i!.Batch!.Value.Outer).Distinct().ToList() is [var outer]
        ? outer
        : throw Mixed("its inputs have their images in a different order");

    /// <summary>The axis of one input, where no other input has images.</summary>
    public int Only(int input)
    {
        for (var i = 0; i < op.Inputs.Count; i++)
            if (i != input && AxisOf(i) is not null) throw Mixed($"input {i} depends on the image");
        return AxisOf(input) ?? throw Mixed($"input {input} does not depend on the image");
    }

    /// <summary>The common axis of the first inputs, lined up from the right as in broadcasting.</summary>
    public int Aligned(int inputs) => Aligned([.. Enumerable.Range(0, inputs)]);

    /// <inheritdoc cref="Aligned(int)"/>
    public int Aligned(params int[] inputs)
    {
        var rank = ReferenceOutput.Length;
        return Common(inputs.Where(i => AxisOf(i) is not null).Select(i => AxisOf(i)!.Value + rank - op.Type(i).Rank));
    }

    /// <summary>The common axis of inputs of one rank, all of which must have images.</summary>
    public int All(params int[] inputs) => Common(inputs.Select(i => AxisOf(i) ?? throw Mixed($"input {i} is the same for all images")));

    public int Common(IEnumerable<int> axes) => axes.Distinct().ToList() is [var axis] ? axis
        : throw Mixed("its inputs have their images along different axes");

    public BatchMixed Mixed(string why) => new($"{op.Describe()}: {why}");
}
