using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Opsets;

/// <summary>How nodes of one operator are written at opset 18.</summary>
/// <param name="Op">The operator, with its domain in front where that is not the default one.</param>
/// <param name="Emit">Appends the node.</param>
/// <param name="Since">For operators that are written as others: the oldest opset that has it.</param>
/// <param name="WrittenAs">The operators that take its place; empty if it stays itself.</param>
internal sealed record OpsetForm(string Op, Func<ModelNode, IReadOnlyList<Value?>> Emit, int Since = 0, string WrittenAs = "")
{
    /// <summary>An operator that stays itself.</summary>
    public static OpsetForm Of(string op, Func<ModelNode, IReadOnlyList<Value?>> emit) => new(op, emit);

    /// <summary>An operator that is written as others; its gradient is theirs.</summary>
    public static OpsetForm As(string op, int since, string writtenAs, Func<ModelNode, Value> emit) =>
        new(op, n => [emit(n)], since, writtenAs);
}
