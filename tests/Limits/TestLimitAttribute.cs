using System.Globalization;
using System.Reflection;
using SaliencyCluster.Tests.Limits;
using Xunit.v3;

[assembly: TestLimit]
[assembly: TestPipelineStartup(typeof(Watchdog))]

namespace SaliencyCluster.Tests.Limits;

/// <summary>
/// The longest that a test may take. Every test of every project has one: this attribute stands on each test assembly, and where a
/// class or method needs another limit it stands there too. After the limit the test's token is cancelled, and the test fails with its
/// name and what it waited for.
/// </summary>
/// <param name="seconds">The limit; the default is SALIENCY_TEST_LIMIT, else ten minutes: for a machine that does ten things at once.</param>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
public sealed class TestLimitAttribute(int seconds = 0) : BeforeAfterTestAttribute
{
    internal static readonly TimeSpan Default = Given("SALIENCY_TEST_LIMIT") ?? TimeSpan.FromMinutes(10);

    // While none runs, fixtures and constructors do, which have no limit of their own.
    internal static readonly TimeSpan BetweenTests = Given("SALIENCY_FIXTURE_LIMIT") ?? Default;

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        Watchdog.Begin(test.UniqueID, test.TestDisplayName, seconds > 0 ? TimeSpan.FromSeconds(seconds) : Default, TestContext.Current);
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (Watchdog.End(test.UniqueID) is { } late) Assert.Fail(late);
    }

    private static TimeSpan? Given(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds) : null;
}
