using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Runtime.Engine;

/// <summary>
/// Memory for the runs of sessions that are soon done with, shared by all of them in the process: each with an arena of its own would fetch its
/// pages from the operating system anew, which takes longer than the few runs it is loaded for. Given back when the last of them goes.
/// </summary>
internal static class TransientArena
{
    private const int Default = -1;
    private static readonly Lock Gate = new();
    private static readonly OrtMemoryInfo Place = new(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
    private static int _users;

    /// <summary>Makes it where it is not there; before a session that uses it is made.</summary>
    public static void Enter()
    {
        lock (Gate)
        {
            using var unlimited = new OrtArenaCfg(0, Default, Default, Default);
            if (_users == 0) OnnxRuntimeEngine.Environment.CreateAndRegisterAllocator(Place, unlimited);
            _users++;
        }
    }

    /// <summary>Gives it back where nobody uses it any more; after a session that used it is disposed.</summary>
    public static void Leave()
    {
        lock (Gate)
        {
            if (--_users == 0) OnnxRuntimeEngine.Environment.UnregisterAllocator(Place);
        }
    }
}
