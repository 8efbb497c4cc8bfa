using static SaliencyCluster.Autodiff.Tests.GradientChecks.Args;

namespace SaliencyCluster.Autodiff.Tests.GradientChecks;

/// <summary>Recurrent layers: three steps, a batch of two, three inputs, two units.</summary>
internal static class RecurrentSpecs
{
    private static readonly Arg _x = X(Draw.Any, 3, 2, 3);

    private static GradSpec Layer(string op, int gates, string name, int outputs, Arg?[] more, params (string, object)[] attributes)
    {
        var directions = attributes.Any(a => a.Item2 is "bidirectional") ? 2 : 1;
        return new(op, [_x, Weights(directions, gates * 2, 3), X(Draw.Any, directions, gates * 2, 2), .. more])
        { Case = name, Outputs = outputs, Attributes = [("hidden_size", 2), .. attributes], Tolerance = 1e-5 };
    }

    private static string[] Strings(params string[] values) => values;

    public static readonly GradSpec[] All =
    [
        Layer("LSTM", 4, "plain", 1, []),
        Layer("LSTM", 4, "bias and last state", 3, [X(Draw.Any, 1, 16)]),
        Layer("LSTM", 4, "first state", 3, [X(Draw.Any, 1, 16), null, X(Draw.Any, 1, 2, 2), X(Draw.Any, 1, 2, 2)]),
        Layer("LSTM", 4, "peepholes", 3, [Weights(1, 16), null, Weights(1, 2, 2), Weights(1, 2, 2), X(Draw.Any, 1, 6)]),
        Layer("LSTM", 4, "reverse", 3, [Weights(1, 16)], ("direction", "reverse")),
        Layer("LSTM", 4, "bidirectional", 3, [Weights(2, 16)], ("direction", "bidirectional")),
        Layer("LSTM", 4, "coupled forget gate", 1, [Weights(1, 16)], ("input_forget", 1)),
        Layer("LSTM", 4, "all of one length", 1, [Weights(1, 16), new Fixed(6, [2], [3, 3])]),
        Layer("LSTM", 4, "activations", 1, [Weights(1, 16)], ("activations", Strings("HardSigmoid", "Softsign", "Tanh")), ("activation_alpha", new[] { 0.1f }), ("activation_beta", new[] { 0.4f })),
        Layer("GRU", 3, "plain", 2, []),
        Layer("GRU", 3, "bias and first state", 2, [X(Draw.Any, 1, 12), null, X(Draw.Any, 1, 2, 2)]),
        Layer("GRU", 3, "linear before reset", 2, [X(Draw.Any, 1, 12)], ("linear_before_reset", 1)),
        Layer("GRU", 3, "bidirectional", 2, [Weights(2, 12)], ("direction", "bidirectional")),
        Layer("RNN", 1, "plain", 2, []),
        Layer("RNN", 1, "bias, first state, reverse", 2, [X(Draw.Any, 1, 4), null, X(Draw.Any, 1, 2, 2)], ("direction", "reverse")),
        Layer("RNN", 1, "two activations", 2, [Weights(2, 4)], ("direction", "bidirectional"), ("activations", Strings("Sigmoid", "Affine")), ("activation_alpha", new[] { 0.5f }), ("activation_beta", new[] { 0.1f })),
    ];
}
