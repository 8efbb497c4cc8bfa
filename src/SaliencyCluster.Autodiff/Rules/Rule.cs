using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Makes rows of the rule table.</summary>
internal static class Rule
{
    /// <summary>The gradient of input 0; other inputs have none.</summary>
    public static VjpRule Unary(string op, int since, Func<VjpContext, Value> gradient) => Inputs(op, since, gradient);

    /// <summary>The gradients of both inputs of an elementwise operator; broadcast axes are summed out here.</summary>
    public static VjpRule Binary(string op, int since, Func<VjpContext, Value> a, Func<VjpContext, Value> b) =>
        Inputs(op, since, c => c.Graph.SumTo(a(c), c.A.Shape), c => c.Graph.SumTo(b(c), c.B.Shape));

    /// <summary>One function for each input, in order.</summary>
    public static VjpRule Inputs(string op, int since, params Func<VjpContext, Value>[] gradients) =>
        new(op, since, VjpOutcome.Rule, "")
        {
            Gradient = (c, i) => gradients[i](c),
            Serves = i => i < gradients.Length,
        };

    /// <summary>One function for all inputs, for operators with any number of them.</summary>
    public static VjpRule Variadic(string op, int since, Func<VjpContext, int, Value> gradient) =>
        new(op, since, VjpOutcome.Rule, "") { Gradient = gradient };

    /// <summary>The gradient is known to be zero.</summary>
    public static VjpRule Zero(string op, int since, string reason) => new(op, since, VjpOutcome.Zero, reason);

    /// <summary>The gradient does not exist or is not worth having; needing it is an error with this reason.</summary>
    public static VjpRule None(string op, int since, string reason) => new(op, since, VjpOutcome.None, reason);
}
