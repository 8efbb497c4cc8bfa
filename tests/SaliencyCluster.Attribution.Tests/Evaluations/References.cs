using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Evaluations;

/// <summary>Values that tests/references/evidence.py computed with scikit-image and SciPy, and the maps that it read.</summary>
internal static partial class References
{
    public static JsonNode All { get; } =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repo.Root, "tests", "references", "evidence.json")))!;

    public static double[] Numbers(this JsonNode node) => node.Deserialize<double[]>()!;

    public static TheoryData<int> Rows(string name) => [.. Enumerable.Range(0, All[name]!.AsArray().Count)];

    public static Tensor Map(string name)
    {
        var bytes = File.ReadAllBytes(Repo.Golden([.. (name + ".npy").Split('/')]));
        var start = 10 + BitConverter.ToUInt16(bytes, 8);
        var header = System.Text.Encoding.ASCII.GetString(bytes, 10, start - 10);
        var shape = Shape().Match(header).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var data = new float[(bytes.Length - start) / sizeof(float)];
        Buffer.BlockCopy(bytes, start, data, 0, data.Length * sizeof(float));
        return new(Array.ConvertAll(shape, int.Parse), data);
    }

    public static void AssertClose(double[] expected, IEnumerable<double> actual, double tolerance) =>
        Assert.All(expected.Zip(actual.ToArray()), p => Assert.Equal(p.First, p.Second, tolerance));

    public static IEnumerable<T> Every<T>(this IEnumerable<T> values, int step) => values.Where((_, i) => i % step == 0);

    [GeneratedRegex(@"'shape': \(([0-9, ]*)\)")]
    private static partial Regex Shape();
}
