using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>What a rule sees: one forward node and the gradients that arrived at its outputs.</summary>
/// <param name="node">The node.</param>
/// <param name="graph">The graph that holds it and goes on growing.</param>
/// <param name="outputGradients">What arrived at its outputs.</param>
/// <param name="reference">Values of the forward pass at the reference by those at the point, those alone that depend on the image; null
/// where there is no such pass.</param>
internal sealed class VjpContext(
    GraphNode node, GraphBuilder graph, IReadOnlyList<Value?> outputGradients, IReadOnlyDictionary<Value, Value>? reference = null)
{
    public GraphNode Node { get; } = node;

    public GraphBuilder Graph { get; } = graph;

    /// <summary>Gets input 0.</summary>
    public Value X => In(0);

    /// <summary>Gets input 0 of a binary operator.</summary>
    public Value A => In(0);

    /// <summary>Gets input 1 of a binary operator.</summary>
    public Value B => In(1);

    /// <summary>Gets output 0.</summary>
    public Value Y => Node.Outputs[0]!;

    /// <summary>Gets the gradient that arrived at output 0; zeros if only other outputs have one.</summary>
    public Value Dy => DyOf(0) ?? Graph.Zeros(Y.Type);

    /// <summary>Gets the gradient that arrived at an output; null where it is known to be zero.</summary>
    public Value? DyOf(int output) => output < outputGradients.Count ? outputGradients[output] : null;

    public bool Has(int input) => input < Node.Inputs.Count && Node.Inputs[input] is not null;

    public Value In(int input) => Node.Inputs[input]!;

    public long Int(string name, long otherwise) => Node.Int(name, otherwise);

    public float Float(string name, float otherwise) => Node.Float(name, otherwise);

    /// <summary>What a value of the forward pass is at the reference: the value itself where it does not depend on the image.</summary>
    public Value AtReference(Value value) => reference?.GetValueOrDefault(value, value) ?? value;

    /// <summary>Gets or sets whether elements of the result may be passed over by a Where.</summary>
    public bool IsChosenFrom { get; init; }

    /// <summary>
    /// A gradient of the result's shape, and 0 where none arrives although its slope may be infinite or no number there, as that of a root whose
    /// negative arguments a Where passes over.
    /// </summary>
    public Value Arrived(Value gradient) =>
        IsChosenFrom ? Graph.Where(Graph.Test("Equal", Dy, Dy.Like(0)), gradient.Like(0), gradient) : gradient;

    /// <summary>Says whether an input may differ between point and reference.</summary>
    public bool Varies(int input) => Has(input) && AtReference(In(input)) != In(input);

    /// <summary>The same node with another gradient at its output 0, the only one.</summary>
    public VjpContext With(Value dy) => new(Node, Graph, [dy], reference) { IsChosenFrom = IsChosenFrom };

    /// <summary>The node at the reference, with a gradient at its output 0, the only one.</summary>
    public VjpContext ReferenceWith(Value dy) => new(AtReference(Y).Producer!, Graph, [dy]);

    /// <summary>An axis attribute, counted from the start of input 0.</summary>
    public int Axis(string name, long otherwise) => Shapes.Axis(Int(name, otherwise), X.Rank);

    /// <summary>The numbers of an int64 input that must be known when the graph is compiled.</summary>
    /// <exception cref="SaliencyException">SAL1104: it depends on the image.</exception>
    public long[] Longs(int input) => 
        In(input).Constant is { } c ? Constants.Longs(c) : throw NotConstant(input);

    /// <summary>The number in a scalar input that must be known when the graph is compiled.</summary>
    public double Scalar(int input) => In(input) is { Constant: { } c } ? Constants.Doubles(c)[0] : throw NotConstant(input);

    private SaliencyException NotConstant(int input) => new(
        "SAL1104",
        $"The gradient of operator '{Node.Op}' at node '{Node.Origin}' needs input {input} ('{In(input).Name}') to be a constant, "
        + "but in this model it is computed from the image.",
        "Choose a method that needs no gradient (occlusion, rise), or export the model so that this input is constant.");
}
