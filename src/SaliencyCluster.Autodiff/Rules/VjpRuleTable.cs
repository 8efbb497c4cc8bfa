using System.Collections.Frozen;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Gradient rules by operator. Immutable: a method variant is a copy with other rows.</summary>
internal sealed class VjpRuleTable
{
    private readonly FrozenDictionary<string, VjpRule> _rules;

    private VjpRuleTable(IEnumerable<VjpRule> rules) => _rules = rules.ToFrozenDictionary(r => r.Op, StringComparer.Ordinal);

    /// <summary>Gets the true gradients.</summary>
    public static VjpRuleTable Default { get; } = new(
    [
        .. ArithmeticRules.All, .. ActivationRules.All, .. ConvolutionRules.All, .. PoolingRules.All, .. NormalizationRules.All,
        .. MatrixRules.All, .. EinsumRules.All, .. ShapeRules.All, .. ReductionRules.All, .. IndexingRules.All,
        .. ResizeRules.All, .. QuantizationRules.All, .. IntegerRules.All, .. KnownZeros.All,
    ]);

    /// <summary>Gets Guided Backprop: at each Relu, only where both its input and the arriving gradient are positive.</summary>
    /// <remarks>Springenberg et al., 2015, https://arxiv.org/abs/1412.6806.</remarks>
    public static VjpRuleTable GuidedBackprop { get; } = Default.With(
        Rule.Unary("Relu", since: 6, c => c.Graph.KeepWherePositive(c.Graph.Unary("Relu", c.Dy), c.Y)));

    /// <summary>Gets Deconvolution: at each Relu, only where the arriving gradient is positive.</summary>
    /// <remarks>Zeiler and Fergus, 2014, https://arxiv.org/abs/1311.2901.</remarks>
    public static VjpRuleTable Deconvolution { get; } = Default.With(
        Rule.Unary("Relu", since: 6, c => c.Graph.Unary("Relu", c.Dy)));

    /// <summary>Gets DeepLIFT's rescale rule: multipliers instead of gradients, between a point and a reference.</summary>
    /// <remarks>Shrikumar et al., 2017, https://arxiv.org/abs/1704.02685; which operator has which rule:
    /// <see cref="RescaleRules"/>.</remarks>
    public static VjpRuleTable Rescale { get; } = Default.With([.. RescaleRules.Of(Default)]);

    public IEnumerable<VjpRule> Rules => _rules.Values.OrderBy(r => r.Op, StringComparer.Ordinal);

    /// <summary>Gets the operators that have a rule.</summary>
    public IEnumerable<string> DifferentiableOps => Rules.Where(r => r.Outcome == VjpOutcome.Rule).Select(r => r.Op);

    public static VjpRuleTable Of(GradientRules rules) => rules switch
    {
        GradientRules.Default => Default,
        GradientRules.GuidedBackprop => GuidedBackprop,
        GradientRules.Deconvolution => Deconvolution,
        GradientRules.Rescale => Rescale,
        _ => throw new ArgumentOutOfRangeException(nameof(rules), rules, "Not a set of gradient rules."),
    };

    /// <summary>A copy with some rows replaced.</summary>
    public VjpRuleTable With(params VjpRule[] rows) =>
        new(_rules.Values.Where(r => rows.All(row => row.Op != r.Op)).Concat(rows));

    /// <summary>The row of an operator; nodes of every opset have been brought to one form before.</summary>
    public VjpRule? Find(string op) => _rules.GetValueOrDefault(op);
}
