using System.Collections;
using Google.Protobuf.Reflection;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>Options: each field of a request with each value that a number or a text of its type can be and should not.</summary>
internal static class OptionInputs
{
    private static readonly string[] Texts =
        ["", " ", "\0", "NaN", "-1", "99999999999999999999", "../../etc/passwd", "%s%n\u202e\u001b[2J", new('a', 10_000),
            string.Concat(Enumerable.Repeat("zeros,", 5_000))];

    private static readonly uint[] Counts = [0, int.MaxValue, uint.MaxValue];
    private static readonly double[] Reals = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, -0.0, double.MaxValue,
        double.Epsilon];

    public static IEnumerable<HostileInput> All =>
        from option in ExplanationOptions.Descriptor.Fields.InFieldNumberOrder()
        from value in Values(option)
        select new HostileInput("options", $"{option.Name} = {Short(value)}", to =>
            to.Client.ExplainToEndAsync("mnist-mlp", With(option, value), Digits.Tensor(0), to.Cancellation));

    private static IEnumerable<object> Values(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => Texts,
        FieldType.UInt32 => Counts.Cast<object>(),
        FieldType.UInt64 => [ulong.MaxValue],
        FieldType.Double => Reals.Cast<object>(),
        _ => [true],
    };

    private static ExplanationOptions With(FieldDescriptor field, object value)
    {
        var options = new ExplanationOptions { Method = MethodFor(field.Name) };
        if (field.IsRepeated) foreach (var _ in Enumerable.Range(0, 3)) ((IList)field.Accessor.GetValue(options)).Add(value);
        else field.Accessor.SetValue(options, value);
        return options;
    }

    // One that reads the option, so that its value is looked at.
    private static string MethodFor(string option) => option switch
    {
        "steps" or "rule" or "baseline" or "tolerance" => "integrated-gradients",
        "samples" or "stdev" or "stdev_kind" or "sampling" or "seed" or "standard_error_map" => "smoothgrad",
        "window" or "stride" => "occlusion",
        "segments" => "shapley",
        "finer" => "finer-cam",
        "relu" or "layer" => "grad-cam",
        "upsampling" => "guided-grad-cam",
        _ => "gradient",
    };

    private static string Short(object value) =>
        value is string text ? $"text of {text.Length}: {Uri.EscapeDataString(text[..Math.Min(20, text.Length)])}" : $"{value}";
}
