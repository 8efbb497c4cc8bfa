using SaliencyCluster.TestKit;

namespace SaliencyCluster.Autodiff.Tests.Summaries;

/// <summary>Whether a model wants pixels from 0 to 255, by what it does to them first.</summary>
public class PixelScaleTests
{
    [Theory]
    [InlineData("plain", "", null)]
    [InlineData("divided", "Div x 255 c", 1 / 255.0)]
    [InlineData("multiplied, from -1 to 1", "Mul 127th x a;Sub a one c", 1 / 127.5)]
    [InlineData("with channels last", "Cast x b;Mul b 127th a;Transpose a c", 1 / 127.5)]
    [InlineData("less the mean, by the deviation of pixels", "Sub x 255 a;Div a perColour c", 1 / 58.0)]
    [InlineData("in two steps", "Div x 255 a;Div a half c", 2 / 255.0)]
    [InlineData("normalised by what was learned", "BatchNormalization x c", 1 / 64.0)]
    [InlineData("of prepared values", "Sub x one a;Div a half c", null)]
    [InlineData("there and back", "Div x 255 a;Mul a 255 c", null)]
    [InlineData("behind the first that looks", "Relu x a;Div a 255 c", null)]
    [InlineData("by what the image says", "ReduceMax x a;Div x a c", null)]
    public void The_scale_of_pixels_within_a_model_is_found(string what, string nodes, double? scale)
    {
        var builder = new ModelBuilder().Input("x", -1, 3, 8, 8).Weight("255", [], 255)
            .Weight("127th", [], 1 / 127.5f).Weight("half", [], 0.5f)
            .Weight("perColour", [1, 3, 1, 1], 57, 58, 59).Weight("one", [3, 1, 1], 1, 1, 1).Weight("w", [4, 3, 1, 1], new float[12])
            .Weight("scale", [3], 1, 1, 1).Weight("mean", [3], 110, 120, 130).Weight("variance", [3], 4096, 4096, 4096);
        foreach (var node in nodes.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = node.Split(' ');
            (string, object)[] attributes = parts[0] switch
            {
                "Cast" => [("to", 1)],
                "Transpose" => [("perm", (long[])[0, 1, 3, 2])],
                _ => [],
            };
            // Beside the image, what was learned of it.
            var inputs = parts[0] == "BatchNormalization" ? "x scale scale mean variance" : string.Join(' ', parts[1..^1]);
            builder.Node(parts[0], inputs, parts[^1], attributes);
        }
        builder.Node("Conv", $"{(nodes.Length == 0 ? "x" : "c")} w", "y")
            .Node("ReduceMean", "y", "z", ("axes", (long[])[2, 3]), ("keepdims", 0));
        var found = ModelSummary.Of(Explain.Read(builder.Results("z"))).PixelScale;
        if (scale is { } wanted) Assert.Equal(wanted, found!.Value, 1e-6);
        else Assert.True(found is null, what);
    }
}
