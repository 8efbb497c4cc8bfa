namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>How far images are from each other.</summary>
internal static class Distances
{
    /// <summary>Gets the distance of every pair.</summary>
    public static double[][] Of(int count, Func<int, int, double> distance) =>
        [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Select(j => i == j ? 0 : distance(i, j)).ToArray())];

    /// <summary>The root mean square of the difference of pixels.</summary>
    public static double Pixels(byte[] one, byte[] other) =>
        Math.Sqrt(one.Zip(other, (a, b) => ((double)a - b) * (a - b)).Average());

    /// <summary>The length of the difference, over the mean of both lengths.</summary>
    public static double Relative(float[] one, float[] other)
    {
        double away = 0, first = 0, second = 0;
        for (var i = 0; i < one.Length; i++)
        {
            away += ((double)one[i] - other[i]) * ((double)one[i] - other[i]);
            first += (double)one[i] * one[i];
            second += (double)other[i] * other[i];
        }
        var length = (Math.Sqrt(first) + Math.Sqrt(second)) / 2;
        return length == 0 ? 0 : Math.Sqrt(away) / length;
    }
}
