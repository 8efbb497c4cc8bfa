using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>What is known of an operator's gradient. There is no fourth outcome: nothing is dropped silently.</summary>
internal enum VjpOutcome
{
    /// <summary>There is a rule.</summary>
    Rule,

    /// <summary>The gradient is zero, for a stated reason.</summary>
    Zero,

    /// <summary>There is none, for a stated reason; needing it is an error.</summary>
    None,
}

/// <summary>One row of the table: how the gradient passes one operator backward.</summary>
/// <param name="Op">The operator, in the form of opset 18 that every node is brought to first.</param>
/// <param name="Since">The oldest opset of a model whose nodes it serves.</param>
/// <param name="Outcome">What is known.</param>
/// <param name="Reason">Why it is zero or none; empty for rules.</param>
internal sealed record VjpRule(string Op, int Since, VjpOutcome Outcome, string Reason)
{
    /// <summary>Gets the function that gives the gradient of input i.</summary>
    public Func<VjpContext, int, Value>? Gradient { get; init; }

    /// <summary>Gets which inputs the rule serves; an input beyond has no gradient.</summary>
    public Func<int, bool> Serves { get; init; } = _ => true;

    /// <summary>Gets why a form of the operator has no gradient; null where it has one.</summary>
    public Func<GraphNode, string?> Refuses { get; init; } = _ => null;

    /// <summary>Gets whether gradients that arrive at outputs beyond the first are used; otherwise needing them is an error.</summary>
    public bool AllOutputs { get; init; }

    /// <summary>Gets which outputs depend on the inputs in a way that the gradient follows; others are taken as constants.</summary>
    public Func<int, bool> Carries { get; init; } = _ => true;

    /// <summary>Gets whether the gradient passes tensors of integers (quantised values).</summary>
    public bool ThroughIntegers { get; init; }
}
